import { HOUR_MS } from '../core/time.ts';

/**
 * The quotas of Application Discovery Service (discovery.md §8), once. The open profile holds only those that the model or
 * the loops of clients rely on; the strict one holds them all, for who wants to see what the service itself would say.
 */
export interface Quotas {
  /** Agents that send data; what is beyond them is heard from and collects nothing. */
  readonly collectingAgentsMax: number;
  readonly applicationsMax: number;
  readonly serversPerApplicationMax: number;
  readonly tagsPerServerMax: number;
  readonly importFileBytesMax: number;
  readonly importedRecordsMax: number;
  readonly importedServersMax: number;
  readonly recordDeletionsPerDayMax: number;
  /** Configuration ids of one batch delete. */
  readonly batchDeleteIdsMax: number;
  readonly agentExportsRunningMax: number;
  readonly agentExportWindowMsMax: number;
  readonly summaryExportsPerDayMax: number;
  /** Calls of ExportConfigurations in six hours. */
  readonly configurationExportsMax: number;
}

export const QUOTA_PROFILES = ['open', 'strict'] as const;
export type QuotaProfile = (typeof QUOTA_PROFILES)[number];

const NONE = Number.POSITIVE_INFINITY;

export const QUOTAS: Readonly<Record<QuotaProfile, Quotas>> = {
  open: {
    collectingAgentsMax: NONE,
    applicationsMax: NONE,
    serversPerApplicationMax: NONE,
    tagsPerServerMax: NONE,
    importFileBytesMax: NONE,
    importedRecordsMax: NONE,
    importedServersMax: NONE,
    recordDeletionsPerDayMax: NONE,
    batchDeleteIdsMax: 200,
    agentExportsRunningMax: 5,
    agentExportWindowMsMax: NONE,
    summaryExportsPerDayMax: NONE,
    configurationExportsMax: NONE,
  },
  strict: {
    collectingAgentsMax: 1000,
    applicationsMax: 1000,
    serversPerApplicationMax: 400,
    tagsPerServerMax: 30,
    importFileBytesMax: 10 * 1024 * 1024,
    importedRecordsMax: 25_000,
    importedServersMax: 10_000,
    recordDeletionsPerDayMax: 25_000,
    batchDeleteIdsMax: 200,
    agentExportsRunningMax: 5,
    agentExportWindowMsMax: 72 * HOUR_MS,
    summaryExportsPerDayMax: 2,
    configurationExportsMax: 2,
  },
};

/** A quota of the profile is spent. It has no exception of its own in the model, so its text names it. */
export class QuotaExceededError extends Error {
  /** `what` as it reads after "The quota of": "1000 applications per account". */
  constructor(what: string) {
    super(`The quota of ${what} would be exceeded.`);
    this.name = 'QuotaExceededError';
  }
}

/** @throws QuotaExceededError when `count` is more than `max` of `what` ("applications per account") */
export function requireQuota(count: number, max: number, what: string): void {
  if (count > max) throw new QuotaExceededError(`${max} ${what}`);
}
