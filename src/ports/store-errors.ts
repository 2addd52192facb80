/** The store has no room left. Whoever acknowledges data answers 503 until a write succeeds again. */
export class StoreFullError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StoreFullError';
  }
}

/** The store refuses this process, for lack of permission. */
export class StoreAccessError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StoreAccessError';
  }
}
