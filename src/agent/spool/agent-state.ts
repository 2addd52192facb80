// `agent.json`: who this agent is to the server, and the epoch of its batch numbers. Mode 0600, it holds the key.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AgentError } from '../agent-options.ts';
import { writeDurableFile } from './durable-file.ts';

const StoredState = z.object({
  machineId: z.string().min(1),
  epoch: z.int().min(0),
  agentId: z.string().optional(),
  agentKey: z.string().optional(),
  collection: z.enum(['STARTED', 'STOPPED']).optional(),
});

export interface AgentState {
  machineId: string;
  /** One more at each start; 0 before the first. */
  epoch: number;
  agentId?: string | undefined;
  agentKey?: string | undefined;
  /** What the server last asked for; holds over a restart without it. */
  collection?: 'STARTED' | 'STOPPED' | undefined;
}

const FILE_NAME = 'agent.json';

export async function readAgentState(dataDir: string): Promise<AgentState | undefined> {
  const path = join(dataDir, FILE_NAME);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return StoredState.parse(JSON.parse(text));
  } catch {
    throw new AgentError(`${path} is not an agent state file; move it away to enroll this host anew`);
  }
}

export async function writeAgentState(dataDir: string, state: AgentState): Promise<void> {
  await writeDurableFile(join(dataDir, FILE_NAME), `${JSON.stringify(state)}\n`, 0o600);
}
