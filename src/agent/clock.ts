import { setTimeout as delay } from 'node:timers/promises';

/** Where the agent reads time and waits, so that a test can own both. Same shape as the server's clock port. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
  /** Resolves after `delayMs`, or at once when `signal` is aborted. Never rejects. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export const hostClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (delayMs, signal) =>
    delay(Math.max(0, delayMs), undefined, signal === undefined ? {} : { signal }).then(
      () => undefined,
      () => undefined,
    ),
};
