/**
 * What a data source run says of the tables it imports: each comes from where its files are. A chunk of tables is one event or
 * a few, in the chunk's transaction; an unchanged table says nothing (decisions D17, D23).
 */

import type { CatalogTable } from '../../catalog/catalog.ts';
import type { Random } from '../../ports/random.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { SYSTEM } from '../ids.ts';
import { locationDataset, OWN_NAMESPACE, type OwnDataset, ownEvent, schemaFacet, tableDataset } from './own-events.ts';
import { recordEvent } from './record-event.ts';
import { parseRunEvent } from './run-event.ts';
import type { JobName, LineagePlace } from './source-identifiers.ts';

/** The run of a data source, as far as lineage needs to know it. */
export interface ImportRun extends DomainRef {
  readonly dataSourceId: string;
  readonly runId: string;
}

/** Of datasets with their columns, well below what a reader of the event may get. */
const DATASETS_BYTES_MAX = 200_000;

export interface ImportLineage {
  readonly run: ImportRun;
  readonly place: LineagePlace;
  readonly tables: readonly CatalogTable[];
  /** Whether it is the first the run says. */
  readonly isFirst: boolean;
  readonly nowMs: number;
}

/** Says where the tables come from. Answers with the event that tells of each. */
export async function recordImport(
  tx: StateTransaction,
  random: Random,
  { run, place, tables, isFirst, nowMs }: ImportLineage,
): Promise<Map<CatalogTable, string>> {
  const eventIds = new Map<CatalogTable, string>();
  for (const batch of inBatches(tables, place)) {
    const event = ownEvent({
      eventType: isFirst && eventIds.size === 0 ? 'START' : 'RUNNING',
      eventTimeMs: nowMs,
      job: jobOf(run),
      runId: run.runId,
      inputs: batch.flatMap(({ table }) =>
        table.location === undefined ? [] : (locationDataset(table.location) ?? []),
      ),
      outputs: batch.map(({ dataset }) => dataset),
    });
    const { eventId } = await record(tx, random, { run, place, event, nowMs });
    for (const { table } of batch) eventIds.set(table, eventId);
  }
  return eventIds;
}

/** The end of a run that told of tables. */
export async function recordImportEnd(
  tx: StateTransaction,
  random: Random,
  { run, hasFailed, nowMs }: { readonly run: ImportRun; readonly hasFailed: boolean; readonly nowMs: number },
): Promise<void> {
  const eventType = hasFailed ? 'FAIL' : 'COMPLETE';
  const event = ownEvent({ eventType, eventTimeMs: nowMs, job: jobOf(run), runId: run.runId });
  // No dataset, so no ARN to be made: the region is nobody's.
  await record(tx, random, { run, place: { accountId: run.accountId, region: '' }, event, nowMs });
}

function jobOf({ dataSourceId }: ImportRun): JobName {
  return { namespace: OWN_NAMESPACE, name: `data-source.${dataSourceId}` };
}

function record(
  tx: StateTransaction,
  random: Random,
  { run, place, event, nowMs }: { run: ImportRun; place: LineagePlace; event: unknown; nowMs: number },
) {
  const body = JSON.stringify(event);
  const domain = { accountId: run.accountId, domainId: run.domainId };
  return recordEvent(tx, random, { domain, place, event: parseRunEvent(body), body, by: SYSTEM, nowMs });
}

interface Described {
  readonly table: CatalogTable;
  readonly dataset: OwnDataset;
}

function* inBatches(tables: readonly CatalogTable[], place: LineagePlace): Generator<Described[]> {
  let batch: Described[] = [];
  let bytes = 0;
  for (const table of tables) {
    const described = describe(table, place);
    const size = Buffer.byteLength(JSON.stringify(described.dataset)) + (table.location?.length ?? 0);
    if (batch.length > 0 && bytes + size > DATASETS_BYTES_MAX) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(described);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** A table so wide that no event holds its columns is told of without them: its asset has them. */
function describe(table: CatalogTable, place: LineagePlace): Described {
  const dataset = tableDataset(place, table);
  const withColumns = { ...dataset, facets: { schema: schemaFacet(table) } };
  const isWide = Buffer.byteLength(JSON.stringify(withColumns)) > DATASETS_BYTES_MAX;
  return { table, dataset: isWide ? dataset : withColumns };
}
