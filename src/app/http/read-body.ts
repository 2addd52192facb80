import type { IncomingMessage } from 'node:http';

export class BodyTooLargeError extends Error {
  constructor(bytesMax: number) {
    super(`A body is at most ${bytesMax} bytes.`);
    this.name = 'BodyTooLargeError';
  }
}

/** All of a request's body. @throws BodyTooLargeError as soon as it is known to be longer */
export async function readBody(req: IncomingMessage, bytesMax: number): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > bytesMax) throw new BodyTooLargeError(bytesMax);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax) throw new BodyTooLargeError(bytesMax);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size);
}
