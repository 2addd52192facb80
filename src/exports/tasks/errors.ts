/** The account has as many exports under way, or had as many lately, as it may. Clients read the text. */
export class ExportLimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExportLimitError';
  }
}

/** The same export was made before and can still be fetched. Clients go on with the id, the last word of the text. */
export class ExportPresentError extends Error {
  readonly exportId: string;

  constructor(exportId: string) {
    super(`A successful export is already present Export ID: ${exportId}`);
    this.name = 'ExportPresentError';
    this.exportId = exportId;
  }
}

export class AgentUnknownError extends Error {
  constructor(agentId: string) {
    super(`Agent ${agentId} was not found.`);
    this.name = 'AgentUnknownError';
  }
}

/** The window of an agent export holds nothing, or more than quotas allow. */
export class ExportWindowError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExportWindowError';
  }
}

/** An export that no further attempt can make; the user reads the text. */
export class ExportImpossibleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExportImpossibleError';
  }
}
