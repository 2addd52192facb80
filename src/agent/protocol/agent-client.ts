// The three calls of the native agent protocol, version 1, and what an answer means for the caller. No state, no retry.

import type { z } from 'zod';
import {
  BatchAnswer,
  EnrollAnswer,
  type EnrollRequest,
  HeartbeatAnswer,
  type HeartbeatRequest,
  Refusal,
} from './agent-messages.ts';
import type { Post, PostAnswer } from './http-post.ts';

const TIMEOUT_MS = 30_000;

/** `unauthorized` 401 · `blacklisted` 403 · `unacceptable` 413, 422 · `busy` 429, 503 · `failed` the rest. */
export type CallFailure =
  | { kind: 'unauthorized' | 'blacklisted' | 'unacceptable' | 'failed'; reason: string }
  | { kind: 'busy'; reason: string; retryAfter: string | undefined };

export type CallResult<T> = { kind: 'ok'; answer: T } | CallFailure;

export interface BatchNumber {
  epoch: number;
  sequence: number;
}

export class AgentClient {
  readonly #base: URL;
  readonly #post: Post;

  constructor(endpoint: URL, post: Post) {
    this.#base = endpoint;
    this.#post = post;
  }

  enroll(request: EnrollRequest): Promise<CallResult<EnrollAnswer>> {
    return this.#callJson('enroll', undefined, request, EnrollAnswer);
  }

  heartbeat(key: string, request: HeartbeatRequest, timeoutMs = TIMEOUT_MS): Promise<CallResult<HeartbeatAnswer>> {
    return this.#callJson('heartbeat', key, request, HeartbeatAnswer, timeoutMs);
  }

  sendBatch(
    key: string,
    batch: BatchNumber,
    gzipBody: Uint8Array,
    timeoutMs = TIMEOUT_MS,
  ): Promise<CallResult<BatchAnswer>> {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
      'periplus-batch': `${batch.epoch}-${batch.sequence}`,
    };
    return this.#call('batches', headers, gzipBody, BatchAnswer, timeoutMs);
  }

  #callJson<T>(
    name: string,
    key: string | undefined,
    message: object,
    schema: z.ZodType<T>,
    timeoutMs = TIMEOUT_MS,
  ): Promise<CallResult<T>> {
    const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const headers = { ...authorization, 'content-type': 'application/json' };
    return this.#call(name, headers, Buffer.from(JSON.stringify(message)), schema, timeoutMs);
  }

  async #call<T>(
    name: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    schema: z.ZodType<T>,
    timeoutMs: number,
  ): Promise<CallResult<T>> {
    const url = new URL(`agent/v1/${name}`, this.#base);
    let answer: PostAnswer;
    try {
      answer = await this.#post({ url, headers, body, timeoutMs });
    } catch (error) {
      return { kind: 'failed', reason: `${name}: ${describe(error)}` };
    }
    return readResult(name, answer, schema);
  }
}

function readResult<T>(name: string, answer: PostAnswer, schema: z.ZodType<T>): CallResult<T> {
  const reason = `${name}: HTTP ${answer.status} ${describeRefusal(answer.body)}`.trim();
  const { status } = answer;
  if (status === 429 || status === 503) return { kind: 'busy', reason, retryAfter: answer.retryAfter };
  if (status === 401) return { kind: 'unauthorized', reason };
  if (status === 403) return { kind: 'blacklisted', reason };
  if (status === 413 || status === 422) return { kind: 'unacceptable', reason };
  if (status !== 200) return { kind: 'failed', reason };
  const parsed = schema.safeParse(parseJson(answer.body));
  if (parsed.success) return { kind: 'ok', answer: parsed.data };
  return { kind: 'failed', reason: `${name}: HTTP 200 but not an answer of the agent protocol` };
}

/** The server's own words; of what is no answer of ours (a proxy's page) the beginning. */
function describeRefusal(body: string): string {
  const refusal = Refusal.safeParse(parseJson(body));
  return refusal.success ? `${refusal.data.error.code}: ${refusal.data.error.message}` : body.slice(0, 200);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return error.message === '' ? (code ?? error.name) : error.message;
}
