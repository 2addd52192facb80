import type { IncomingMessage, ServerResponse } from 'node:http';
import { askForBody } from '../../wire/body/expect-continue.ts';

export class BodyTooLargeError extends Error {
  constructor(bytesMax: number) {
    super(`A body is at most ${bytesMax} bytes.`);
    this.name = 'BodyTooLargeError';
  }
}

/** The client went away before its body was complete; there is nobody to answer. */
export class ClientGoneError extends Error {}

export interface BodyRules {
  readonly bytesMax: number;
  /** Told how many bytes the body has, or has so far; throws when there is no room for them. */
  readonly claim?: (bytes: number) => void;
}

/** All of a request's body. @throws BodyTooLargeError as soon as it is known to be longer, ClientGoneError */
export async function readBody(req: IncomingMessage, res: ServerResponse, rules: BodyRules): Promise<Buffer> {
  admit(Number(req.headers['content-length'] ?? 0), rules);
  askForBody(req, res);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunksOf(req)) {
    size += chunk.length;
    admit(size, rules);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size);
}

function admit(bytes: number, { bytesMax, claim }: BodyRules): void {
  if (bytes > bytesMax) throw new BodyTooLargeError(bytesMax);
  claim?.(bytes);
}

async function* chunksOf(req: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    // Not destroyed when we stop early: the refusal still has to go out on this socket.
    for await (const chunk of req.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch (error) {
    throw new ClientGoneError('The client closed the connection before its request was complete', { cause: error });
  }
}
