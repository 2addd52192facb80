/** One HTTP request as the wire looks at it: parsed once, with the raw parts kept for the signature. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseQuery } from './percent.ts';
import type { WireRequest } from './protocol/protocol.ts';
import { isServiceName, serviceOfTarget } from './service-rules.ts';
import { type RawRequest, splitTarget } from './sigv4/canonical.ts';

export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
  readonly target: string;
  readonly raw: RawRequest;
  readonly request: WireRequest;
  /** The service the request seems to mean: of its credential scope, else its target header, else its path. */
  readonly serviceHint: string;
  readonly endpoint: string;
  readonly signal: AbortSignal;
}

export function openExchange(
  req: IncomingMessage,
  res: ServerResponse,
  randomBytes: (count: number) => Uint8Array,
): Exchange {
  const target = req.url ?? '/';
  const method = req.method ?? 'GET';
  const request = readRequest(method, target, req.headers as Record<string, string | undefined>);
  const abort = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) abort.abort();
  });
  return {
    req,
    res,
    requestId: formatUuid(randomBytes(16)),
    target,
    raw: { method, target, rawHeaders: req.rawHeaders },
    request,
    serviceHint: serviceHint(request),
    endpoint: `${isEncrypted(req) ? 'https' : 'http'}://${req.headers.host ?? 'localhost'}`,
    signal: abort.signal,
  };
}

/** As the client sees it: the proxy that has the certificate says so. Who claims it falsely gets URLs that fail. */
function isEncrypted({ socket, headers }: IncomingMessage): boolean {
  const [first] = String(headers['x-forwarded-proto'] ?? '').split(',');
  return ('encrypted' in socket && socket.encrypted === true) || first === 'https';
}

export function readRequest(method: string, target: string, headers: WireRequest['headers']): WireRequest {
  const [path, query] = splitTarget(target);
  return { method, path, query: parseQuery(query), headers };
}

function serviceHint(request: WireRequest): string {
  const scoped = scopeService(request);
  if (scoped !== undefined) return scoped;
  const target = request.headers['x-amz-target'];
  if (target !== undefined) return serviceOfTarget(target) ?? target.split('.')[0]!;
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return 'sts';
  return request.path.startsWith('/v2/') ? 'datazone' : 's3';
}

function scopeService(request: WireRequest): string | undefined {
  const header = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const credential = header ?? request.query.find(([name]) => name === 'X-Amz-Credential')?.[1];
  const service = credential?.split('/').at(-2);
  return service !== undefined && isServiceName(service) ? service : undefined;
}

function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
