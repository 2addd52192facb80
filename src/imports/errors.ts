/** What callers of imports can do wrong; the services say it in their own words. */

export class ImportUrlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportUrlError';
  }
}

/** There is such an object, and it cannot be read. */
export class ImportUnreadableError extends Error {
  constructor(importUrl: string) {
    super(`The file at ${importUrl} cannot be read.`);
    this.name = 'ImportUnreadableError';
  }
}

/** The token of an earlier request that asked for something else. */
export class ImportTokenInUseError extends Error {
  constructor() {
    super(
      'This issue occurs when the same clientRequestToken is used with the StartImportTask action, but with different parameters. For example, you use the same request token but have two different import URLs, you can encounter this issue. If the import tasks are meant to be different, use a different clientRequestToken, and try again.',
    );
    this.name = 'ImportTokenInUseError';
  }
}

/** Somebody else has the work now; what was done so far counts. */
export class ImportLostError extends Error {
  constructor(taskId: string) {
    super(`The work on ${taskId} went to another server.`);
    this.name = 'ImportLostError';
  }
}
