/** A request that cannot be taken as it is; nothing was changed. The message is for the caller. */
export class QueryRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QueryRefusedError';
  }
}

/** As many queries wait as may wait. */
export class TooManyQueriesError extends Error {
  constructor(queuedMax: number) {
    super(`There are ${queuedMax} queries waiting already. Try again later.`);
    this.name = 'TooManyQueriesError';
  }
}
