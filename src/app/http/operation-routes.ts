import type { Base } from '../compose.ts';
import type { RequestHandler } from './http-server.ts';

/** Health and metrics: what a supervisor or Prometheus asks for, without a signature. */
export function operationRoutes(base: Base): Readonly<Record<string, RequestHandler>> {
  return {
    '/healthz': async (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
    },
    '/readyz': async (_req, res) => {
      const isReady = await answersQueries(base);
      res
        .writeHead(isReady ? 200 : 503, { 'content-type': 'text/plain' })
        .end(isReady ? 'ready\n' : 'the state store does not answer\n');
    },
    '/metrics': async (_req, res) => {
      const freeBytes = await base.objects.freeBytes();
      if (freeBytes !== undefined) base.metrics.freeBytes.set(freeBytes);
      res.writeHead(200, { 'content-type': base.metrics.contentType }).end(await base.metrics.render());
    },
  };
}

async function answersQueries(base: Base): Promise<boolean> {
  const asked = base.state.queries.selectFrom('settings').select('name').limit(1).execute();
  return asked.then(
    () => true,
    () => false,
  );
}
