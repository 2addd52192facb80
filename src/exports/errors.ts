import type { StatusDetail } from './continuous-export-states.ts';

/** An export cannot go on, for one of the eight reasons the API knows. */
export class ExportFault extends Error {
  readonly detail: StatusDetail;

  constructor(detail: StatusDetail, message: string) {
    super(message);
    this.name = 'ExportFault';
    this.detail = detail;
  }
}

/** An account has one live export at a time. */
export class ExportLiveError extends Error {
  readonly exportId: string;
  readonly status: string;

  constructor(exportId: string, status: string) {
    super(`Continuous export ${exportId} is already ${status}.`);
    this.name = 'ExportLiveError';
    this.exportId = exportId;
    this.status = status;
  }
}

export class ExportUnknownError extends Error {
  constructor(exportId: string) {
    super(`Continuous export ${exportId} was not found.`);
    this.name = 'ExportUnknownError';
  }
}

/** Stop came while the export is still starting. */
export class ExportStartingError extends Error {
  constructor(exportId: string) {
    super(`Continuous export ${exportId} is still starting.`);
    this.name = 'ExportStartingError';
  }
}

/** Stop came for an export that has ended. */
export class ExportNotActiveError extends Error {
  constructor(exportId: string) {
    super(`Continuous export ${exportId} is not active.`);
    this.name = 'ExportNotActiveError';
  }
}
