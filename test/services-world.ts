import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsObjectStore } from '../src/adapters/fs/fs-object-store.ts';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { ObjectStore } from '../src/ports/objects.ts';
import type { Random } from '../src/ports/random.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { createWire, type ServiceRegistration } from '../src/wire/create-wire.ts';

/** What service tests stand on: real state, real objects, a real HTTP server, and a clock the test moves. */
export const ACCOUNT = '123456789012';
export const OTHER_ACCOUNT = '999988887777';
export const REGION = 'us-west-2';
export const PAGE_TOKEN_KEY = new Uint8Array(32).fill(5);
export const CREDENTIALS = { accessKeyId: 'AKIATESTPERIPLUS', secretAccessKey: 'secret' };
export const OTHER_CREDENTIALS = { accessKeyId: 'AKIAOTHERACCOUNT', secretAccessKey: 'other' };

export interface Parts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock & { advance(ms: number): void };
  readonly random: Random;
}

export interface World extends Parts, AsyncDisposable {
  readonly endpoint: string;
  /** Errors the wire could not explain to a client: a test fails when there is one. */
  readonly internalErrors: unknown[];
}

export async function openWorld(compose: (parts: Parts) => readonly ServiceRegistration[]): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-services-'));
  const state = openSqlite(join(folder, 'state.sqlite'));
  await state.migrate();
  const parts = {
    state,
    objects: createFsObjectStore(join(folder, 'objects')),
    clock: movableClock(),
    random: { bytes: (count: number) => randomBytes(count) },
  };
  const internalErrors: unknown[] = [];
  const server = await listen(compose(parts), internalErrors);
  return {
    ...parts,
    internalErrors,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await state[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

async function listen(services: readonly ServiceRegistration[], internalErrors: unknown[]): Promise<Server> {
  const wire = createWire({
    modelsDir: 'models',
    services,
    // Signatures are made by real clients with the real time; only the domains live by the test's clock.
    nowMs: () => Date.now(),
    randomBytes: (count) => randomBytes(count),
    resolveCredentials: (accessKeyId) => {
      if (accessKeyId === CREDENTIALS.accessKeyId) return { ...CREDENTIALS, accountId: ACCOUNT };
      if (accessKeyId === OTHER_CREDENTIALS.accessKeyId) return { ...OTHER_CREDENTIALS, accountId: OTHER_ACCOUNT };
      return undefined;
    },
    onInternalError: (error) => internalErrors.push(error),
  });
  // A slow machine may pause between requests for longer than the default of 5 s.
  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => void wire(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function movableClock(): Parts['clock'] {
  let nowMs = Date.UTC(2026, 2, 1, 12, 0, 0, 117);
  return {
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    sleep: async () => {},
  };
}

/** The name and text of what `call` was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; message: string; status: number }> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`It was answered: ${JSON.stringify(outcome.value)}`);
  const error = outcome.error as {
    name: string;
    message: string;
    code?: string;
    statusCode?: number;
    $metadata?: { httpStatusCode?: number };
  };
  return {
    name: error.code ?? error.name,
    message: error.message,
    status: error.statusCode ?? error.$metadata?.httpStatusCode ?? 0,
  };
}
