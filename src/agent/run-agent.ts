// The collector's composition root: identity, lock, spool, source of facts, and the loop over them.

import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { MINUTE_MS, SECOND_MS } from '../core/time.ts';
import { AgentLoop } from './agent-loop.ts';
import { AgentError, type AgentOptions, type AgentRuntime } from './agent-options.ts';
import { hostClock } from './clock.ts';
import { createMachineId, readMachineId } from './machine-id.ts';
import { AgentClient } from './protocol/agent-client.ts';
import { Delivery } from './protocol/delivery.ts';
import { createPoster, type Poster } from './protocol/http-post.ts';
import { HostSampler } from './sampling/host-sampler.ts';
import type { HostSource } from './sampling/host-source.ts';
import { type AgentState, readAgentState, writeAgentState } from './spool/agent-state.ts';
import { BatchSpool } from './spool/batch-spool.ts';
import { lockDataDir } from './spool/data-dir-lock.ts';

const SAMPLE_INTERVAL_MS = 15 * SECOND_MS;
const SEND_INTERVAL_MS = MINUTE_MS;
const SPOOL_BYTES_MAX = 512 * 1024 * 1024;

/**
 * Collects and sends until `runtime.signal`, or once. Resolves after the rows are in the spool and the server was told;
 * rejects with an AgentError when the person at the command line must act.
 */
export async function runAgent(options: AgentOptions, runtime: AgentRuntime = {}): Promise<void> {
  const endpoint = parseEndpoint(options.endpoint);
  const signal = runtime.signal ?? new AbortController().signal;
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  await using _lock = await lockDataDir(options.dataDir);
  const state = await beginEpoch(options.dataDir);
  using poster = createPoster();
  const loop = await createLoop(options, runtime, { endpoint, state, poster });
  if (options.once !== true) {
    // Awaited here: returning the promise would give up lock and connections while the loop still needs them.
    await loop.run(signal);
    return;
  }
  const failure = await loop.runOnce(signal);
  if (failure !== undefined)
    throw new AgentError(`not acknowledged (what was sampled stays in ${options.dataDir}): ${failure}`);
}

interface LoopParts {
  endpoint: URL;
  state: AgentState;
  poster: Poster;
}

async function createLoop(options: AgentOptions, runtime: AgentRuntime, parts: LoopParts): Promise<AgentLoop> {
  const { log } = options;
  const { state } = parts;
  const clock = runtime.clock ?? hostClock;
  const spool = await openSpool(options, state.epoch);
  const delivery: Delivery = new Delivery({
    client: new AgentClient(parts.endpoint, parts.poster.post),
    spool,
    clock,
    random: runtime.random ?? Math.random,
    log,
    enrollment: {
      enrollmentToken: options.enrollmentToken,
      machineId: state.machineId,
      hostName: hostname(),
      agentVersion: options.agentVersion,
      platform: process.platform,
    },
    agentKey: state.agentKey,
    onEnrolled: async ({ agentId, agentKey }) => {
      Object.assign(state, { agentId, agentKey });
      await writeAgentState(options.dataDir, state);
    },
    onCommand: async (answer) => {
      loop.obey(answer);
      if (state.collection === answer.collection) return;
      state.collection = answer.collection;
      await writeAgentState(options.dataDir, state);
    },
  });
  const loop: AgentLoop = new AgentLoop({
    clock,
    sampler: new HostSampler(runtime.source ?? (await createHostSource()), log),
    spool,
    delivery,
    log,
    sampleIntervalMs: options.sampleIntervalMs ?? SAMPLE_INTERVAL_MS,
    sendIntervalMs: options.sendIntervalMs ?? SEND_INTERVAL_MS,
    followServerIntervals: {
      sample: options.sampleIntervalMs === undefined,
      send: options.sendIntervalMs === undefined,
    },
    collection: state.collection ?? 'STARTED',
  });
  return loop;
}

function openSpool(options: AgentOptions, epoch: number): Promise<BatchSpool> {
  return BatchSpool.open({
    folder: spoolFolder(options.dataDir),
    epoch,
    sizeBytesMax: options.spoolBytesMax ?? SPOOL_BYTES_MAX,
    log: options.log,
  });
}

function spoolFolder(dataDir: string): string {
  return join(dataDir, 'spool');
}

// The epoch is on disk before any batch carries it. A cloned disk has the original's key but its own machine id: such
// an agent enrolls anew instead of speaking for the original.
async function beginEpoch(dataDir: string): Promise<AgentState> {
  const stored = await readAgentState(dataDir);
  const machineId = (await readMachineId()) ?? stored?.machineId ?? createMachineId();
  const epoch = Math.max(stored?.epoch ?? 0, await BatchSpool.lastEpoch(spoolFolder(dataDir))) + 1;
  const state: AgentState = stored?.machineId === machineId ? { ...stored, epoch } : { machineId, epoch };
  await writeAgentState(dataDir, state);
  return state;
}

// Loaded by platform: systeminformation costs memory that a Linux agent does not need to spend.
async function createHostSource(): Promise<HostSource> {
  if (process.platform === 'linux') return new (await import('./linux/linux-source.ts')).LinuxSource();
  return new (await import('./portable/systeminformation-source.ts')).SystemInformationSource();
}

function parseEndpoint(text: string): URL {
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new AgentError(`${text} is not an http or https address; give --endpoint http://HOST:4620`);
  }
  return url;
}
