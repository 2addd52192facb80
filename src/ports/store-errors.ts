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

/** Another process has the state store, which takes one at a time. */
export class StateInUseError extends Error {
  constructor(path: string) {
    super(`Another server is using ${path}; stop it, or choose another folder with --data-dir`);
    this.name = 'StateInUseError';
  }
}
