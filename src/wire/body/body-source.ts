/** The body of one request, received at most once: in memory and proven, or as a stream that proves itself. */

import type { Caller } from '../authenticate.ts';
import type { Exchange } from '../exchange.ts';
import type { WireLimits } from '../limits.ts';
import type { BodyStream } from '../protocol/protocol.ts';
import { readBody } from './read-body.ts';
import { verifyBody } from './verify-body.ts';

export interface BodySource {
  receive(asStream: boolean): Promise<Uint8Array | BodyStream>;
}

export function openBody(exchange: Exchange, caller: Caller, limits: WireLimits): BodySource {
  let received: Promise<Uint8Array | BodyStream> | undefined;
  return {
    receive(asStream) {
      received ??= receiveOnce(exchange, caller, limits, asStream);
      return received;
    },
  };
}

async function receiveOnce(
  exchange: Exchange,
  caller: Caller,
  limits: WireLimits,
  _asStream: boolean,
): Promise<Uint8Array | BodyStream> {
  const bytes = await readBody(exchange.req, limits.bodyBytesMax);
  verifyBody(caller.payload, bytes);
  return bytes;
}
