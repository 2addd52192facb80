/** Lines and byte runs out of a stream of chunks, copying nothing but lines that cross a chunk. */

import { WireFailure } from '../errors/wire-failure.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const EMPTY = new Uint8Array();

export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = EMPTY;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#chunk.byteLength === 0) {
      const next = await this.#source.next();
      if (next.done === true) return true;
      this.#chunk = next.value;
    }
    return false;
  }

  /** At least one byte and at most `count`; whatever is at hand. */
  async take(count: number): Promise<Uint8Array> {
    await this.#need();
    const piece = this.#chunk.subarray(0, count);
    this.#chunk = this.#chunk.subarray(piece.byteLength);
    return piece;
  }

  /** Up to CRLF, which is taken and not returned. */
  async line(bytesMax: number): Promise<string> {
    let line = '';
    for (;;) {
      await this.#need();
      const end = this.#chunk.indexOf(LINE_FEED);
      const stop = end < 0 ? this.#chunk.byteLength : end + 1;
      if (line.length + stop > bytesMax + 2) throw new WireFailure('badChunk', 'A line between chunks is too long.');
      line += Buffer.from(this.#chunk.subarray(0, stop)).toString('latin1');
      this.#chunk = this.#chunk.subarray(stop);
      if (end >= 0) break;
    }
    if (line.charCodeAt(line.length - 2) !== CARRIAGE_RETURN)
      throw new WireFailure('badChunk', 'A line does not end in CRLF.');
    return line.slice(0, -2);
  }

  async #need(): Promise<void> {
    if (await this.isAtEnd()) {
      throw new WireFailure('incompleteBody', 'The body ended before all that it announced had come.');
    }
  }
}
