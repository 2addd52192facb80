import { HOUR_MS, MINUTE_MS } from '../core/time.ts';

export type AgentHealth = 'HEALTHY' | 'UNHEALTHY' | 'RUNNING' | 'UNKNOWN' | 'BLACKLISTED' | 'SHUTDOWN';

/** What an agent says of itself in a heartbeat. */
export const REPORTED_HEALTH = ['HEALTHY', 'UNHEALTHY', 'SHUTDOWN'] as const;
export type ReportedHealth = (typeof REPORTED_HEALTH)[number];

export const SILENT_AFTER_MS = HOUR_MS;
export const IDLE_AFTER_MS = 30 * MINUTE_MS;

export interface HealthFacts {
  readonly denied: boolean;
  readonly reportedHealth: ReportedHealth;
  readonly collecting: boolean;
  readonly collectionSinceMs: number;
  readonly lastContactAtMs: number;
  readonly lastRowAtMs: number | undefined;
}

/** The first rule that holds decides; the order is that of how much each one explains. */
export function deriveHealth(facts: HealthFacts, nowMs: number): AgentHealth {
  if (facts.denied) return 'BLACKLISTED';
  if (facts.reportedHealth === 'SHUTDOWN') return 'SHUTDOWN';
  if (nowMs - facts.lastContactAtMs > SILENT_AFTER_MS) return 'UNKNOWN';
  if (facts.reportedHealth === 'UNHEALTHY') return 'UNHEALTHY';
  if (!facts.collecting) return 'HEALTHY';
  const lastSign = Math.max(facts.lastRowAtMs ?? 0, facts.collectionSinceMs);
  return nowMs - lastSign > IDLE_AFTER_MS ? 'UNHEALTHY' : 'RUNNING';
}
