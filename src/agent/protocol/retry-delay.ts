const FIRST_DELAY_MS = 1000;
const DELAY_MS_MAX = 5 * 60 * 1000;
const RETRY_AFTER_MS_MAX = 60 * 60 * 1000;

/**
 * Exponential with full jitter: a uniform share of 1 s, 2 s, 4 s … 5 min, so that a thousand agents that lost the
 * same server do not come back together. `failures` counts from 1.
 */
export function backoffMs(failures: number, random: () => number): number {
  const ceiling = Math.min(DELAY_MS_MAX, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 30));
  return Math.max(100, Math.round(random() * ceiling));
}

/** `Retry-After` as seconds or as an HTTP date; at most an hour, undefined when absent or unreadable. */
export function parseRetryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const delayMs = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(0, delayMs), RETRY_AFTER_MS_MAX);
}
