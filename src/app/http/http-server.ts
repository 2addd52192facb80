import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type RequestHandler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

export interface HttpRoutes {
  /** Requests of agents; undefined when this process does not ingest. */
  readonly agent: RequestHandler | undefined;
  /** Signed AWS requests; undefined when this process does not serve the API. */
  readonly aws: RequestHandler | undefined;
  /** Health and metrics, by path. */
  readonly operations: Readonly<Record<string, RequestHandler>>;
}

export interface ListeningServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

const HEADERS_BYTES_MAX = 32 * 1024;
const REQUEST_TIMEOUT_MS = 10 * 60_000;
const KEEP_ALIVE_MS = 75_000;
const DRAIN_MS = 10_000;

/** One port for everybody. Who is meant: the path of agents and operations, unless the request is signed for AWS. */
export async function listen(routes: HttpRoutes, address: { host: string; port: number }): Promise<ListeningServer> {
  const server = createServer(
    { maxHeaderSize: HEADERS_BYTES_MAX, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    (req, res) => {
      dispatch(routes, req, res);
    },
  );
  // Whoever reads the body answers `Expect: 100-continue`, after it has seen who asks.
  server.on('checkContinue', (req, res) => {
    dispatch(routes, req, res);
  });
  server.listen(address.port, address.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return { url: `http://${host}:${port}`, port, [Symbol.asyncDispose]: () => close(server) };
}

function dispatch(routes: HttpRoutes, req: IncomingMessage, res: ServerResponse): void {
  const handler = chooseHandler(routes, req);
  if (handler === undefined) {
    res
      .writeHead(404, { 'content-type': 'application/json' })
      .end('{"error":{"code":"NotFound","message":"This process does not serve that."}}');
    return;
  }
  handler(req, res).catch(() => res.destroy());
}

function chooseHandler(routes: HttpRoutes, req: IncomingMessage): RequestHandler | undefined {
  if (isSigned(req)) return routes.aws;
  const path = (req.url ?? '/').split('?', 1)[0] ?? '/';
  if (path.startsWith('/agent/v1/')) return routes.agent;
  return routes.operations[path] ?? routes.aws;
}

function isSigned(req: IncomingMessage): boolean {
  return (req.headers.authorization ?? '').startsWith('AWS') || (req.url ?? '').includes('X-Amz-');
}

/** Lets answers under way finish, then ends what is left. */
async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(timer);
}
