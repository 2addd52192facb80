/** Puts an answer on the socket: request ids always, a length where it is known, streams with backpressure. */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Exchange } from './exchange.ts';
import type { WireResponse } from './protocol/protocol.ts';

export async function respond(
  exchange: Exchange,
  answer: WireResponse,
  isS3: boolean,
  isDrained: boolean,
): Promise<void> {
  const { res, requestId } = exchange;
  if (res.destroyed) return;
  res.statusCode = answer.status;
  for (const name of Object.keys(answer.headers)) res.setHeader(name, answer.headers[name]!);
  res.setHeader(isS3 ? 'x-amz-request-id' : 'x-amzn-requestid', requestId);
  if (isS3) res.setHeader('x-amz-id-2', hostId(requestId));
  if (!isDrained) res.setHeader('connection', 'close');
  const { body } = answer;
  if (typeof body === 'string' || body instanceof Uint8Array || body === undefined) endWith(exchange, body);
  else await stream(exchange, body);
}

function endWith({ req, res }: Exchange, body: string | Uint8Array | undefined): void {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  const hasBody = res.statusCode !== 204 && res.statusCode !== 304;
  // HEAD says the length of what GET would send; the handler knows it, the absent body does not.
  if (hasBody && (req.method !== 'HEAD' || !res.hasHeader('content-length'))) {
    res.setHeader('content-length', bytes?.byteLength ?? 0);
  }
  if (bytes === undefined || !hasBody || req.method === 'HEAD') res.end();
  else res.end(bytes);
}

/** A stream that fails half way has its connection cut: a short answer must not look complete. */
async function stream({ req, res }: Exchange, body: AsyncIterable<Uint8Array>): Promise<void> {
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  try {
    await pipeline(Readable.from(body, { objectMode: false }), res);
  } catch {
    res.destroy();
  }
}

function hostId(requestId: string): string {
  return Buffer.from(`periplus/${requestId}`).toString('base64');
}
