import type { Selectable } from 'kysely';
import type { BlueprintConfigurationsTable } from '../../ports/state/containers-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { isAfter, type NewestPage } from '../newest-first.ts';
import type { DomainRef } from './domain-store.ts';

/** What a caller sets and reads back. */
export interface BlueprintSettings {
  readonly enabledRegions: readonly string[];
  readonly provisioningRoleArn?: string | undefined;
  readonly manageAccessRoleArn?: string | undefined;
  readonly environmentRolePermissionBoundary?: string | undefined;
  readonly regionalParameters?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  readonly globalParameters?: Readonly<Record<string, string>> | undefined;
  readonly provisioningConfigurations?: unknown;
}

export interface BlueprintConfiguration extends DomainRef {
  readonly blueprintId: string;
  readonly settings: BlueprintSettings;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

const COLUMNS = [
  'account_id',
  'domain_id',
  'blueprint_id',
  'configuration_json',
  'created_at_ms',
  'updated_at_ms',
] as const;

/** Makes it, or replaces what was set; it keeps its age. */
export async function putConfiguration(queries: StateQueries, configuration: BlueprintConfiguration): Promise<void> {
  const values = {
    configuration_json: JSON.stringify(configuration.settings),
    updated_at_ms: configuration.updatedAtMs,
  };
  await queries
    .insertInto('blueprint_configurations')
    .values({
      account_id: configuration.accountId,
      domain_id: configuration.domainId,
      blueprint_id: configuration.blueprintId,
      created_at_ms: configuration.createdAtMs,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(['account_id', 'domain_id', 'blueprint_id']).doUpdateSet(values))
    .execute();
}

export async function findConfiguration(
  queries: StateQueries,
  domain: DomainRef,
  blueprintId: string,
): Promise<BlueprintConfiguration | undefined> {
  const row = await queries
    .selectFrom('blueprint_configurations')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('blueprint_id', '=', blueprintId)
    .executeTakeFirst();
  return row === undefined ? undefined : readConfiguration(row);
}

/** A domain has a handful of them, so no index holds their order. */
export async function listConfigurations(
  queries: StateQueries,
  domain: DomainRef,
  { after, limit }: NewestPage,
): Promise<BlueprintConfiguration[]> {
  let query = queries
    .selectFrom('blueprint_configurations')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('blueprint_id')
    .limit(limit);
  if (after !== undefined)
    query = query.where((eb) => isAfter(eb, { time: 'created_at_ms', id: 'blueprint_id' }, after));
  return (await query.execute()).map(readConfiguration);
}

/** False when there was none. */
export async function deleteConfiguration(
  queries: StateQueries,
  domain: DomainRef,
  blueprintId: string,
): Promise<boolean> {
  const result = await queries
    .deleteFrom('blueprint_configurations')
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('blueprint_id', '=', blueprintId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

function readConfiguration(row: Selectable<BlueprintConfigurationsTable>): BlueprintConfiguration {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    blueprintId: row.blueprint_id,
    settings: JSON.parse(row.configuration_json) as BlueprintSettings,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}
