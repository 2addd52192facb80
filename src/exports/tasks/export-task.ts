import { DAY_MS } from '../../core/time.ts';
import type { ExportTaskState } from './export-task-states.ts';

/** How long the data of an export is kept. */
export const DATA_LIFE_MS = 10 * DAY_MS;

/** An export as it was asked for and as far as it is. Times are epoch milliseconds. */
export interface ExportTask {
  readonly accountId: string;
  readonly exportId: string;
  readonly order: ExportOrder;
  readonly status: ExportTaskState;
  readonly requestedAtMs: number;
  /** Parquet has to hold every segment up to this one before the export can be made. */
  readonly afterSegmentNo: number;
  readonly attempts: number;
  readonly failure: string | undefined;
  /** The zip, while there is one: neither expired nor deleted by the user. */
  readonly result: ExportResult | undefined;
}

export interface ExportResult {
  readonly bucket: string;
  readonly key: string;
  readonly expiresAtMs: number;
}

export type ExportOrder = SummaryOrder | AgentOrder | Ec2Order;
export type ExportKind = ExportOrder['kind'];

interface SummaryOrder {
  readonly kind: 'SUMMARY';
}

/** The telemetry of one agent from `startMs`, inclusive, to `endMs`, exclusive; without one of them, from or to where there is any. */
export interface AgentOrder {
  readonly kind: 'AGENT';
  readonly agentId: string;
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
}

interface Ec2Order {
  readonly kind: 'EC2';
  readonly preferences: Ec2Preferences;
}

/** What an instance is chosen by: `SPEC`, `AVG`, `MAX` or a percentile such as `p95`, times a percentage. */
export interface MetricBasis {
  readonly name: string;
  readonly percentageAdjust: number;
}

export interface Ec2Preferences {
  readonly cpu: MetricBasis;
  readonly ram: MetricBasis;
  readonly tenancy: 'SHARED' | 'DEDICATED';
  readonly excludedInstanceTypes: readonly string[];
  readonly region: string;
  /** Absent: On-Demand. */
  readonly reserved?: ReservedTerms | undefined;
}

export interface ReservedTerms {
  readonly purchasingOption: 'ALL_UPFRONT' | 'PARTIAL_UPFRONT' | 'NO_UPFRONT';
  readonly offeringClass: 'STANDARD' | 'CONVERTIBLE';
  readonly termLength: 'ONE_YEAR' | 'THREE_YEAR';
}
