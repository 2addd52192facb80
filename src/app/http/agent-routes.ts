import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Agent } from '../../fleet/agent.ts';
import { EnrolmentRefusedError } from '../../fleet/errors.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { REPORTED_HEALTH } from '../../fleet/health.ts';
import { IngestError, notABatch, storeFull } from '../../ingest/errors.ts';
import type { BatchAnswer, Ingest } from '../../ingest/ingest.ts';
import { StoreFullError } from '../../ports/store-errors.ts';
import { isHeldBack } from '../../wire/body/expect-continue.ts';
import type { Log } from '../logs.ts';
import type { Metrics } from '../metrics.ts';
import type { BodyRoom } from './body-room.ts';
import { BodyTooLargeError, ClientGoneError, readBody } from './read-body.ts';

export interface AgentRoutesParts {
  readonly fleet: Fleet;
  readonly ingest: Ingest;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Shared by all requests. */
  readonly bodies: BodyRoom;
}

/** Compressed or not, no batch is larger on the wire. */
const BATCH_BODY_BYTES_MAX = 16 * 1024 * 1024;
/** Of enroll, whose sender is not known before its body is read, and heartbeat. */
const MESSAGE_BYTES_MAX = 16 * 1024;
const NAME = z.string().min(1).max(255);
const ENROLMENT = z.object({
  enrollmentToken: z.string().min(1).max(256),
  machineId: NAME,
  hostName: NAME,
  agentVersion: NAME,
  platform: NAME,
});
const HEARTBEAT = z.object({
  agentVersion: NAME,
  health: z.enum(REPORTED_HEALTH),
  spoolBytes: z.number().nonnegative(),
});

type Route = (parts: AgentRoutesParts, req: IncomingMessage, res: ServerResponse) => Promise<unknown>;

const ROUTES: Readonly<Record<string, Route>> = {
  '/agent/v1/enroll': enroll,
  '/agent/v1/heartbeat': heartbeat,
  '/agent/v1/batches': takeBatch,
};

/** Answers one request of the native agent protocol, version 1. Never rejects. */
export async function serveAgent(parts: AgentRoutesParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    const route = ROUTES[(req.url ?? '').split('?', 1)[0] ?? ''];
    if (route === undefined) throw new IngestError(404, 'NotFound', 'No such call.');
    if (req.method !== 'POST') throw new IngestError(405, 'MethodNotAllowed', 'Use POST.');
    respond(res, 200, await route(parts, req, res));
  } catch (error) {
    refuse(parts, { req, res }, error);
  }
}

async function enroll(parts: AgentRoutesParts, req: IncomingMessage, res: ServerResponse): Promise<unknown> {
  return parts.fleet.enroll(parseJson(ENROLMENT, await readBody(req, res, { bytesMax: MESSAGE_BYTES_MAX })));
}

async function heartbeat(parts: AgentRoutesParts, req: IncomingMessage, res: ServerResponse): Promise<unknown> {
  const agent = await authenticate(parts, req);
  if (agent.health === 'BLACKLISTED') throw new IngestError(403, 'Blacklisted', 'An administrator refuses this agent.');
  return parts.fleet.heartbeat(agent, parseJson(HEARTBEAT, await readBody(req, res, { bytesMax: MESSAGE_BYTES_MAX })));
}

async function takeBatch(parts: AgentRoutesParts, req: IncomingMessage, res: ServerResponse): Promise<BatchAnswer> {
  const agent = await authenticate(parts, req);
  using place = parts.bodies.open();
  const body = await readBody(req, res, { bytesMax: BATCH_BODY_BYTES_MAX, claim: place.claim });
  const header = (name: string): string | undefined => {
    const value = req.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const answer = await parts.ingest.accept(agent, {
    batchNumber: header('periplus-batch'),
    contentType: header('content-type'),
    contentEncoding: header('content-encoding'),
    body,
  });
  parts.metrics.batches.inc({ status: answer.duplicate ? 'duplicate' : 'accepted' });
  parts.metrics.rowsAccepted.inc(answer.accepted);
  parts.metrics.rowsRejected.inc(answer.rejectedRows);
  return answer;
}

async function authenticate(parts: AgentRoutesParts, req: IncomingMessage): Promise<Agent> {
  const key = /^Bearer +(\S{1,256})$/i.exec(req.headers.authorization ?? '')?.[1];
  const agent = key === undefined ? undefined : await parts.fleet.authenticate(key);
  if (agent === undefined) throw new IngestError(401, 'UnknownKey', 'The agent key is not known. Enroll again.');
  return agent;
}

function parseJson<T>(schema: z.ZodType<T>, body: Buffer): T {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw notABatch('The body is not JSON.');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new IngestError(
    422,
    'InvalidRequest',
    `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'is not valid'}`,
  );
}

function refuse(
  parts: AgentRoutesParts,
  { req, res }: { req: IncomingMessage; res: ServerResponse },
  error: unknown,
): void {
  if (error instanceof ClientGoneError) return;
  const known = asIngestError(error);
  if (known === undefined) parts.log.error({ err: error }, 'an agent call failed');
  const { status, code, message, retryAfterSeconds } =
    known ?? new IngestError(500, 'InternalError', 'The server failed. Send it again.');
  parts.metrics.batches.inc({ status: String(status) });
  if (retryAfterSeconds !== undefined) res.setHeader('retry-after', retryAfterSeconds);
  // What is left of a refused body is not read, or never comes: the connection ends with the answer.
  if (status === 413 || isHeldBack(req)) res.setHeader('connection', 'close');
  respond(res, status, { error: { code, message } });
}

function asIngestError(error: unknown): IngestError | undefined {
  if (error instanceof IngestError) return error;
  if (error instanceof EnrolmentRefusedError) return new IngestError(401, 'EnrollmentRefused', error.message);
  if (error instanceof BodyTooLargeError) return new IngestError(413, 'TooLarge', error.message);
  if (error instanceof StoreFullError) return storeFull();
  return undefined;
}

function respond(res: ServerResponse, status: number, value: unknown): void {
  if (res.destroyed) return;
  const text = JSON.stringify(value);
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}
