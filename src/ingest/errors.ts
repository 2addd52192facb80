/** A request of the agent protocol that is answered with a status, a code and one sentence. */
export class IngestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = 'IngestError';
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const notABatch = (message: string) => new IngestError(422, 'NotABatch', message);
export const tooLarge = (message: string) => new IngestError(413, 'TooLarge', message);
export const storeFull = () =>
  new IngestError(503, 'StoreFull', 'The disk is full. Keep the batch and send it again.', 30);
export const overloaded = () =>
  new IngestError(503, 'Overloaded', 'Too many batches wait for the disk. Send it again.', 1);
