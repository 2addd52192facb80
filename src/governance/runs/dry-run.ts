import { setImmediate } from 'node:timers/promises';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { findRevision } from '../assets/asset-store.ts';
import { describeChanges } from '../assets/describe-changes.ts';
import { assumeRole, isFailure } from '../data-sources/access-role.ts';
import type { DataSource } from '../data-sources/data-source.ts';
import { InvalidError } from '../errors.ts';
import { findMissingCatalog, openCursor, readChunk } from './cursor.ts';
import { decideTables, type TableOutcome } from './import-tables.ts';
import type { ActivityState } from './run-states.ts';

/** What a run would do about one table. */
export interface Preview {
  readonly database: string;
  readonly table: string;
  readonly status: ActivityState;
  readonly reason: string;
  readonly assetId: string | undefined;
  readonly changes: readonly string[];
}

export interface DryRun {
  readonly previews: readonly Preview[];
  readonly missingDatabases: readonly string[];
}

/** Decides as a run does and writes nothing. @throws InvalidError when a run could not even begin */
export async function dryRun(queries: StateQueries, source: DataSource): Promise<DryRun> {
  const configuration = source.configuration.glueRunConfiguration;
  const access = await assumeRole(queries, source, configuration);
  if (isFailure(access)) throw new InvalidError(access.detail);
  const catalog = findMissingCatalog(source.accountId, configuration);
  if (catalog !== undefined) throw new InvalidError(catalog.detail);
  const place = { accountId: source.accountId, region: configuration.region };
  const cursor = await openCursor(queries, source.accountId, configuration);
  const previews: Preview[] = [];
  for (;;) {
    const chunk = await readChunk(queries, source.accountId, cursor);
    if (chunk === undefined) return { previews, missingDatabases: cursor.missing };
    const outcomes = await decideTables(queries, { source, place, access }, chunk.taken);
    for (const outcome of outcomes) previews.push(await previewOf(queries, outcome));
    chunk.move();
    // Others get the event loop between two chunks.
    await setImmediate();
  }
}

async function previewOf(queries: StateQueries, { table, status, reason, asset, imported }: TableOutcome) {
  const isChanged = status === 'SUCCEEDED_UPDATED' && asset !== undefined && imported !== undefined;
  const revision = isChanged ? await findRevision(queries, asset, asset.latestRevision) : undefined;
  const before = revision?.forms.find((form) => form.formName === 'GlueTableForm')?.content;
  return {
    database: table.database,
    table: table.name,
    status,
    reason,
    assetId: asset?.assetId,
    changes: isChanged ? describeChanges(before, imported.content) : [],
  };
}
