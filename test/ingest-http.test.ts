import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serveAgent } from '../src/app/http/agent-routes.ts';
import { BodyRoom } from '../src/app/http/body-room.ts';
import { type ListeningServer, listen } from '../src/app/http/http-server.ts';
import { Metrics } from '../src/app/metrics.ts';
import { type Lake, openLake, processLine, TOKEN } from './lake-world.ts';

// The agent's calls through a real socket: what is read of a body, from whom, and when.

const MIB = 1024 * 1024;
const ROOM_BYTES = 4 * MIB;

let lake: Lake;
let metrics: Metrics;
let server: ListeningServer;
let key: string;
const errors: unknown[] = [];

beforeEach(async () => {
  errors.length = 0;
  lake = await openLake();
  metrics = new Metrics();
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, warn: quiet, error: (found: unknown) => void errors.push(found) };
  const bodies = new BodyRoom(ROOM_BYTES);
  server = await listen(
    {
      agent: (req, res) => serveAgent({ fleet: lake.fleet, ingest: lake.ingest, metrics, log, bodies }, req, res),
      aws: undefined,
      operations: {},
    },
    { host: '127.0.0.1', port: 0 },
  );
  const answer = await post('enroll', {}, enrolment(300)).then(({ body }) => body as { agentKey: string });
  key = answer.agentKey;
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await lake[Symbol.asyncDispose]();
});

function enrolment(bytes: number): string {
  const name = { machineId: 'm', hostName: 'h', agentVersion: '1', platform: 'linux' };
  const body = JSON.stringify({ enrollmentToken: TOKEN, ...name });
  return body + ' '.repeat(bytes - body.length);
}

const batch = (number: string) => ({
  authorization: `Bearer ${key}`,
  'periplus-batch': number,
  'content-type': 'application/x-ndjson',
});

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  readonly continued: boolean;
}

/** `held`: the body is sent only when it is asked for. */
async function post(
  name: string,
  headers: Record<string, string>,
  body: string,
  { held = false } = {},
): Promise<Answered> {
  const more = held ? { expect: '100-continue' } : {};
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const sent = request(`${server.url}/agent/v1/${name}`, {
    method: 'POST',
    agent: false,
    headers: { ...(headers['transfer-encoding'] === undefined ? length : {}), ...headers, ...more },
  });
  let continued = false;
  sent.on('continue', () => {
    continued = true;
    sent.end(body);
  });
  if (held) sent.flushHeaders();
  else sent.end(body);
  const [res] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: res.statusCode, headers: res.headers, body: JSON.parse(await text(res)), continued };
}

describe('messages', () => {
  test('enroll and heartbeat take 16 KiB and not one byte more', async () => {
    const heartbeat = JSON.stringify({ agentVersion: '1', health: 'HEALTHY', spoolBytes: 0 });
    const authorization = `Bearer ${key}`;
    for (const chunked of [{}, { 'transfer-encoding': 'chunked' }]) {
      expect((await post('enroll', chunked, enrolment(16 * 1024))).status).toBe(200);
      expect((await post('enroll', chunked, enrolment(16 * 1024 + 1))).status).toBe(413);
    }
    const { agentKey } = (await post('enroll', {}, enrolment(300))).body as { agentKey: string };
    const known = { authorization: authorization.replace(key, agentKey) };
    expect((await post('heartbeat', known, heartbeat.padEnd(16 * 1024))).status).toBe(200);
    expect((await post('heartbeat', known, heartbeat.padEnd(16 * 1024 + 1))).status).toBe(413);
  });
});

describe('bodies in flight', () => {
  test.each([true, false])('have a bound over all connections (length declared: %s)', async (isDeclared) => {
    const holder = request(`${server.url}/agent/v1/batches`, {
      method: 'POST',
      agent: false,
      headers: { ...batch('1-1'), ...(isDeclared ? { 'content-length': String(ROOM_BYTES) } : {}) },
    });
    holder.write(isDeclared ? '\n' : '\n'.repeat(ROOM_BYTES));
    await sleep(300);
    const refused = await post('batches', batch('1-2'), processLine(['a']));
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'Overloaded' } } });
    expect(refused.headers['retry-after']).toBe('1');
    holder.end(isDeclared ? '\n'.repeat(ROOM_BYTES - 1) : '');
    await once(holder, 'response');
    expect((await post('batches', batch('1-2'), processLine(['a']))).status).toBe(200);
  });

  test('an upload that breaks off gives its room back and is no fault of the server', async () => {
    const broken = connect(server.port, '127.0.0.1');
    const head = Object.entries(batch('1-1')).map(([name, value]) => `${name}: ${value}\r\n`);
    broken.write(
      `POST /agent/v1/batches HTTP/1.1\r\nhost: x\r\ncontent-length: ${ROOM_BYTES}\r\n${head.join('')}\r\nhalf`,
    );
    await sleep(200);
    expect((await post('batches', batch('1-2'), processLine(['a']))).status).toBe(429);
    broken.destroy();
    await sleep(200);
    expect((await post('batches', batch('1-2'), processLine(['a']))).status).toBe(200);
    expect(errors).toEqual([]);
    expect(await metrics.render()).not.toContain('status="500"');
  });
});

describe('Expect: 100-continue', () => {
  test('is answered when the agent is known and the body may come', async () => {
    const body = '\n'.repeat(2 * MIB) + processLine(['a']);
    const answer = await post('batches', batch('1-1'), body, { held: true });
    expect(answer).toMatchObject({ status: 200, continued: true, body: { accepted: 1, rejectedRows: 0 } });
    expect(await post('enroll', {}, enrolment(300), { held: true })).toMatchObject({ status: 200, continued: true });
  });

  test('is not answered when it would be refused anyhow, and the connection ends', async () => {
    const stranger = { ...batch('1-1'), authorization: 'Bearer nobody' };
    const unknown = await post('batches', stranger, 'x'.repeat(2 * MIB), { held: true });
    expect(unknown).toMatchObject({ status: 401, continued: false, headers: { connection: 'close' } });
    const tooLarge = { ...batch('1-1'), 'content-length': String(17 * MIB) };
    expect(await post('batches', tooLarge, '', { held: true })).toMatchObject({ status: 413, continued: false });
    const noRoom = { ...batch('1-1'), 'content-length': String(ROOM_BYTES + 1) };
    expect(await post('batches', noRoom, '', { held: true })).toMatchObject({ status: 429, continued: false });
  });
});
