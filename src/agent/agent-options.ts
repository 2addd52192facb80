import type { Clock } from './clock.ts';
import type { HostSource } from './sampling/host-source.ts';

export type LogLevel = 'info' | 'warn' | 'error';
export type AgentLog = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

export interface AgentOptions {
  /** Base address of the server, `http://host:4620`; a path in it is kept. */
  endpoint: string;
  enrollmentToken: string;
  /** Holds identity, key, lock and spool. Created with mode 0700. */
  dataDir: string;
  /** Unset: what the server says, else 15 s. */
  sampleIntervalMs?: number | undefined;
  /** Unset: what the server says, else 60 s. */
  sendIntervalMs?: number | undefined;
  /** Two samples a second apart, one delivery, then done. Rejects when the server does not take it. */
  once?: boolean | undefined;
  agentVersion: string;
  log: AgentLog;
  /** Oldest batches beyond it are dropped. Default 512 MiB. */
  spoolBytesMax?: number | undefined;
}

/** What a test replaces; the defaults are the real host. */
export interface AgentRuntime {
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
  source?: HostSource | undefined;
  /** 0 ≤ x < 1, for jitter only. */
  random?: (() => number) | undefined;
}

/** A condition the person at the command line can act on; its message is one line. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
}
