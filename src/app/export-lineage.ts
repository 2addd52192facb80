import type { ExportState } from '../exports/continuous-export-states.ts';
import type { ContinuousExports } from '../exports/continuous-exports.ts';
import { defineTables } from '../exports/resources.ts';
import type { ContinuousExport } from '../exports/store.ts';
import type { DomainRef } from '../governance/containers/domain-store.ts';
import type { Domains } from '../governance/containers/domains.ts';
import { ConflictError, MissingError } from '../governance/errors.ts';
import type { LineageEvents } from '../governance/lineage/lineage-events.ts';
import type { LineageNodes } from '../governance/lineage/lineage-nodes.ts';
import { OWN_NAMESPACE, ownEvent, schemaFacet, tableDataset } from '../governance/lineage/own-events.ts';
import type { RunEventType } from '../governance/lineage/run-event.ts';
import { runIdentifier } from '../governance/lineage/source-identifiers.ts';
import type { Clock } from '../ports/clock.ts';

export interface ExportLineageParts {
  readonly exports: ContinuousExports;
  readonly domains: Domains;
  readonly lineageEvents: LineageEvents;
  readonly lineageNodes: LineageNodes;
  readonly clock: Clock;
}

const JOB = { namespace: OWN_NAMESPACE, name: 'continuous-export' };
const TELEMETRY = { namespace: OWN_NAMESPACE, name: 'agent-telemetry' };
/** Older exports have ended, and every domain has heard of it. */
const EXPORTS_MAX = 5;
const DOMAINS_A_PAGE = 100;

/** What a state of an export is in a run's life; in the other states it is what it was. */
const EVENT_TYPES: Partial<Readonly<Record<ExportState, RunEventType>>> = {
  ACTIVE: 'START',
  ERROR: 'FAIL',
  STOP_FAILED: 'FAIL',
  INACTIVE: 'COMPLETE',
};

/**
 * Tells every domain where the lake's tables come from: a continuous export is a run that reads what agents send and writes
 * the tables. It compares what is with what each domain was told last, so that a domain made later hears of an export that has
 * long been running, and nothing is lost with a process. One event a change of state, none a file.
 */
export class ExportLineage {
  readonly #parts: ExportLineageParts;
  readonly #place: { readonly accountId: string; readonly region: string };
  /** What was told last, so that a quiet look asks for exports and domains alone. */
  readonly #told = new Map<string, RunEventType>();

  constructor(parts: ExportLineageParts, place: { readonly accountId: string; readonly region: string }) {
    this.#parts = parts;
    this.#place = place;
  }

  async step(): Promise<void> {
    const exports = await this.#parts.exports.list({ limit: EXPORTS_MAX });
    if (exports.length === 0) return;
    for await (const domain of this.#domains()) {
      for (const [at, value] of exports.entries()) await this.#tell(domain, value, at === 0);
    }
  }

  async *#domains(): AsyncGenerator<DomainRef> {
    const { accountId } = this.#place;
    let after: { createdAtMs: number; id: string } | undefined;
    for (;;) {
      const page = { status: 'AVAILABLE' as const, after, limit: DOMAINS_A_PAGE };
      const domains = await this.#parts.domains.list(accountId, page);
      yield* domains;
      const last = domains.at(-1);
      if (last === undefined || domains.length < DOMAINS_A_PAGE) return;
      after = { createdAtMs: last.createdAtMs, id: last.domainId };
    }
  }

  /** Of exports that ended before a domain was made, it hears of the newest: the tables are the same. */
  async #tell({ accountId, domainId }: DomainRef, value: ContinuousExport, isNewest: boolean): Promise<void> {
    const eventType = EVENT_TYPES[value.status];
    const key = `${domainId} ${value.exportId}`;
    if (eventType === undefined || this.#told.get(key) === eventType) return;
    const domain = { accountId, domainId };
    const known = await this.#parts.lineageNodes.findRunState(domain, runIdentifier(JOB, value.exportId));
    const isWanted = known === undefined ? isNewest : known.eventType !== eventType;
    if (isWanted) await this.#post(domain, value, { eventType, eventTimeMs: this.#timeOf(value, known) });
    this.#told.set(key, eventType);
  }

  /** The first event has the export's own time; a later one is later than what is known, whatever the clock says. */
  #timeOf({ status, startedAtMs, stoppedAtMs }: ContinuousExport, known: { eventTimeMs: number } | undefined): number {
    if (known !== undefined) return Math.max(this.#parts.clock.nowMs(), known.eventTimeMs + 1);
    return status === 'INACTIVE' ? (stoppedAtMs ?? startedAtMs) : startedAtMs;
  }

  async #post(
    domain: DomainRef,
    { exportId, bucket, database }: ContinuousExport,
    { eventType, eventTimeMs }: { readonly eventType: RunEventType; readonly eventTimeMs: number },
  ): Promise<void> {
    const outputs = [...defineTables(bucket)].map(([name, definition]) => ({
      ...tableDataset(this.#place, { database, name }),
      facets: { schema: schemaFacet(definition) },
    }));
    const event = ownEvent({ eventType, eventTimeMs, job: JOB, runId: exportId, inputs: [TELEMETRY], outputs });
    try {
      await this.#parts.lineageEvents.postOwn(domain, event);
    } catch (error) {
      // The domain is being deleted.
      if (!(error instanceof MissingError) && !(error instanceof ConflictError)) throw error;
    }
  }
}
