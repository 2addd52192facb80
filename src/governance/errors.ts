/** What the room refuses. `src/services/datazone/errors.ts` says each in the service's terms. */

/** Things callers name; the text of a missing one is made of it. */
export type Thing =
  | 'Asset'
  | "Asset's input resource"
  | 'AssetType'
  | 'Connection'
  | 'DataProduct'
  | 'DataSource'
  | 'DataSourceRun'
  | 'Domain'
  | 'DomainUnit'
  | 'Environment'
  | 'EnvironmentBlueprint'
  | 'EnvironmentBlueprintConfiguration'
  | 'EnvironmentProfile'
  | 'FormType'
  | 'LineageEvent'
  | 'LineageNode'
  | 'Listing'
  | 'Project'
  | 'ProjectMembership'
  | 'Resource';

export class GovernanceError extends Error {}

/** What was named is not there. */
export class MissingError extends GovernanceError {
  readonly thing: Thing;

  constructor(thing: Thing) {
    super(`The given ${thing} doesn't exist. Try creating ${thing} before accessing it.`);
    this.name = 'MissingError';
    this.thing = thing;
  }
}

/** The state of things forbids it; the same request may be right later. */
export class ConflictError extends GovernanceError {
  constructor(message: string) {
    super(message);
    this.name = 'ConflictError';
  }
}

/** The request is wrong in a way that no model says. */
export class InvalidError extends GovernanceError {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidError';
  }
}

export class QuotaError extends GovernanceError {
  constructor(message: string) {
    super(message);
    this.name = 'QuotaError';
  }
}

export class DeniedError extends GovernanceError {
  constructor(message: string) {
    super(message);
    this.name = 'DeniedError';
  }
}
