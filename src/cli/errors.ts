/** Something the person at the terminal can act on; its message says what to do. */
export class CliError extends Error {
  readonly isUsage: boolean;

  constructor(message: string, options: { isUsage?: boolean } = {}) {
    super(message);
    this.name = 'CliError';
    this.isUsage = options.isUsage ?? false;
  }
}
