import { IngestError } from '../../ingest/errors.ts';

/** The bytes that the batches of all connections may take together from their headers to their answers. */
export class BodyRoom {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The place of one body, given back when it is disposed of. */
  open(): BodyPlace {
    let held = 0;
    return {
      claim: (bytes) => {
        const more = Math.max(0, bytes - held);
        if (this.#bytes + more > this.#bytesMax)
          throw new IngestError(429, 'Overloaded', 'Too many batches come in at once. Send it again.', 1);
        this.#bytes += more;
        held += more;
      },
      [Symbol.dispose]: () => {
        this.#bytes -= held;
        held = 0;
      },
    };
  }
}

export interface BodyPlace extends Disposable {
  /** Room for `bytes` in all, what was claimed before included. @throws IngestError 429 when there is none */
  claim(bytes: number): void;
}
