/**
 * The body of one request, received at most once: in memory and proven, or as a stream that proves itself while it
 * runs and throws at its end when it does not.
 */

import type { Caller } from '../authenticate.ts';
import { WireFailure } from '../errors/wire-failure.ts';
import type { Exchange } from '../exchange.ts';
import type { WireLimits } from '../limits.ts';
import type { BodyStream } from '../protocol/protocol.ts';
import { decodeChunks, type Trailers } from './aws-chunked.ts';
import { provenStream, type StreamProof } from './proven-stream.ts';
import { collect, refuseDeclaredOver, socketChunks } from './read-body.ts';
import { verifyBody } from './verify-body.ts';

export interface BodySource {
  receive(asStream: boolean): Promise<Uint8Array | BodyStream>;
}

export function openBody(exchange: Exchange, caller: Caller, limits: WireLimits, isS3: boolean): BodySource {
  let received: Promise<Uint8Array | BodyStream> | undefined;
  return {
    receive(asStream) {
      received ??= isS3 ? receiveS3(exchange, caller, limits, asStream) : receiveBytes(exchange, caller, limits);
      return received;
    },
  };
}

async function receiveBytes(exchange: Exchange, caller: Caller, limits: WireLimits): Promise<Uint8Array> {
  refuseDeclaredOver(exchange.req, limits.bodyBytesMax);
  const bytes = await collect(socketChunks(exchange), limits.bodyBytesMax);
  verifyBody(caller.payload, bytes);
  return bytes;
}

async function receiveS3(
  exchange: Exchange,
  caller: Caller,
  limits: WireLimits,
  asStream: boolean,
): Promise<Uint8Array | BodyStream> {
  const bytesMax = asStream ? limits.streamBytesMax : limits.bodyBytesMax;
  const stream = openS3Stream(exchange, caller, bytesMax);
  return asStream ? stream : collect(stream, bytesMax);
}

function openS3Stream(exchange: Exchange, { payload, claims }: Caller, bytesMax: number): BodyStream {
  const { req, request } = exchange;
  const trailers: Trailers = new Map();
  const isChunked = payload.kind === 'chunks';
  const proof: StreamProof = {
    sha256Hex: payload.kind === 'hash' ? payload.sha256Hex : undefined,
    length: isChunked ? decodedLength(request.headers['x-amz-decoded-content-length']) : undefined,
    headers: request.headers,
    trailers,
    announced: isChunked ? announcedTrailers(request.headers['x-amz-trailer']) : [],
    bytesMax,
  };
  if (!isChunked) {
    refuseDeclaredOver(req, bytesMax);
    return provenStream(socketChunks(exchange), proof);
  }
  const form = { ...payload, amzDate: claims.amzDate, scope: claims.scope };
  return provenStream(decodeChunks(socketChunks(exchange), form, trailers), proof);
}

function decodedLength(text: string | undefined): number {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  throw new WireFailure('missingLength', 'You must provide the x-amz-decoded-content-length HTTP header.');
}

function announcedTrailers(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}
