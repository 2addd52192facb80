/** What callers of the inventory can do wrong. A spent quota is `QuotaExceededError` in quotas.ts. */

export class ApplicationNameTakenError extends Error {
  constructor(name: string) {
    super(`An application with the name ${name} already exists.`);
    this.name = 'ApplicationNameTakenError';
  }
}

export class ApplicationUnknownError extends Error {
  constructor(applicationId: string) {
    super(`Application ${applicationId} was not found.`);
    this.name = 'ApplicationUnknownError';
  }
}

export class ServerUnknownError extends Error {
  constructor(serverId: string) {
    super(`Server ${serverId} was not found.`);
    this.name = 'ServerUnknownError';
  }
}

/** A configuration id that stands for nothing, whatever its type. */
export class ItemUnknownError extends Error {
  constructor(configurationId: string) {
    super(`Configuration ${configurationId} was not found.`);
    this.name = 'ItemUnknownError';
  }
}

/** One call names more than one transaction may hold. */
export class TooManyItemsError extends Error {
  constructor(what: string, count: number, max: number) {
    super(`One call may name ${max} ${what}; this one names ${count}.`);
    this.name = 'TooManyItemsError';
  }
}

export class BatchDeleteInvalidError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BatchDeleteInvalidError';
  }
}

export class BatchDeleteTooLargeError extends Error {
  constructor(max: number) {
    super(`The limit of ${max} configuration IDs per request has been exceeded.`);
    this.name = 'BatchDeleteTooLargeError';
  }
}

/** Another task that still runs has one of the servers. */
export class BatchDeleteRunningError extends Error {
  constructor(serverId: string, taskId: string) {
    super(`Configuration ${serverId} is already being deleted by task ${taskId}.`);
    this.name = 'BatchDeleteRunningError';
  }
}

export class BatchDeleteUnknownError extends Error {
  constructor(taskId: string) {
    super(`Batch delete task ${taskId} was not found.`);
    this.name = 'BatchDeleteUnknownError';
  }
}
