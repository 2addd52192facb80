/** Request bodies from the socket, bounded. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { WireFailure } from '../errors/wire-failure.ts';
import { askForBody } from './expect-continue.ts';

/** The client went away; there is nobody to answer. */
export class ClientGone extends Error {}

/** Where a body comes from, and where it is asked for. */
export interface BodyChannel {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

export async function collect(source: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of source) {
    total += chunk.byteLength;
    if (total > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, total);
}

/** The chunks of a request that may break off: an early end is `ClientGone`, never a short body. */
export async function* socketChunks({ req, res }: BodyChannel): AsyncGenerator<Uint8Array> {
  try {
    askForBody(req, res);
    // Not destroyed when we stop early: the answer still has to go out on this socket.
    for await (const chunk of req.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch (error) {
    throw new ClientGone('The client closed the connection before its request was complete', { cause: error });
  }
}

export function refuseDeclaredOver(source: IncomingMessage, bytesMax: number): void {
  const declared = Number(source.headers['content-length'] ?? 0);
  if (declared > bytesMax) throw tooLarge(bytesMax);
}

export function tooLarge(bytesMax: number): WireFailure {
  return new WireFailure('tooLarge', `The request body is larger than the ${bytesMax} bytes that are allowed.`);
}

/** Reads on after a refusal, within bounds. True when the whole request has been taken in. */
export async function drain(source: IncomingMessage, bytesMax: number, msMax: number): Promise<boolean> {
  if (source.complete && source.readableEnded) return true;
  if (source.destroyed) return false;
  return new Promise((resolve) => {
    let total = 0;
    const finish = (done: boolean) => () => {
      clearTimeout(timer);
      resolve(done);
    };
    const timer = setTimeout(finish(false), msMax);
    source.on('data', (chunk: Uint8Array) => {
      total += chunk.byteLength;
      if (total > bytesMax) finish(false)();
    });
    source.once('end', finish(true));
    source.once('close', finish(false));
    source.resume();
  });
}
