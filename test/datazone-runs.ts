import {
  CreateDataSourceCommand,
  type CreateDataSourceCommandInput,
  type DataSourceRunActivity,
  GetAssetCommand,
  GetDataSourceRunCommand,
  ListDataSourceRunActivitiesCommand,
  StartDataSourceRunCommand,
  UpdateDataSourceCommand,
} from '@aws-sdk/client-datazone';
import type { DataZoneWorld } from './datazone-world.ts';

// What tests of runs say over and over.

export interface Place {
  readonly domainIdentifier: string;
  readonly projectIdentifier: string;
}

type Filters = { databaseName: string; filterExpressions?: { type: 'INCLUDE' | 'EXCLUDE'; expression: string }[] };

/** A data source over `sales` that is READY. */
export async function readySource(
  world: DataZoneWorld,
  place: Place,
  changes: Partial<CreateDataSourceCommandInput> & { filters?: Filters[]; role?: string } = {},
): Promise<string> {
  const { filters = [{ databaseName: 'sales' }], role, ...more } = changes;
  const configuration = {
    glueRunConfiguration: {
      relationalFilterConfigurations: filters,
      ...(role === undefined ? {} : { dataAccessRole: role }),
    },
  };
  const source = { ...place, name: 'source', type: 'GLUE', configuration, ...more };
  const { id = '' } = await world.client.send(new CreateDataSourceCommand(source));
  await world.settle();
  return id;
}

export function start(world: DataZoneWorld, { domainIdentifier }: Place, dataSourceIdentifier: string, token?: string) {
  const clientToken = token === undefined ? {} : { clientToken: token };
  return world.client.send(new StartDataSourceRunCommand({ domainIdentifier, dataSourceIdentifier, ...clientToken }));
}

export function getRun(world: DataZoneWorld, { domainIdentifier }: Place, identifier: string | undefined) {
  return world.client.send(new GetDataSourceRunCommand({ domainIdentifier, identifier }));
}

/** Starts a run, carries it to its end and tells of it. */
export async function run(world: DataZoneWorld, place: Place, dataSourceIdentifier: string) {
  const { id } = await start(world, place, dataSourceIdentifier);
  await world.settle();
  const ended = await getRun(world, place, id);
  return { ...ended, counts: Object.values(ended.runStatisticsForAssets ?? {}).join(' ') };
}

export async function activities(
  world: DataZoneWorld,
  { domainIdentifier }: Place,
  identifier: string | undefined,
): Promise<DataSourceRunActivity[]> {
  const found: DataSourceRunActivity[] = [];
  let nextToken: string | undefined;
  do {
    const page = await world.client.send(
      new ListDataSourceRunActivitiesCommand({ domainIdentifier, identifier: identifier ?? '', nextToken }),
    );
    found.push(...(page.items ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** `table status` of every activity, by table. */
export async function statuses(world: DataZoneWorld, place: Place, identifier: string | undefined): Promise<string[]> {
  const found = await activities(world, place, identifier);
  return found.map((one) => `${one.technicalName} ${one.dataAssetStatus}`).sort();
}

export function asset(world: DataZoneWorld, { domainIdentifier }: Place, identifier: string | undefined) {
  return world.client.send(new GetAssetCommand({ domainIdentifier, identifier: identifier ?? '' }));
}

/** The content of one of an asset's forms. */
export function content(from: Awaited<ReturnType<typeof asset>>, formName: string): Record<string, unknown> {
  const form = from.formsOutput?.find((one) => one.formName === formName);
  return JSON.parse(form?.content ?? 'null') as Record<string, unknown>;
}

export async function update(world: DataZoneWorld, { domainIdentifier }: Place, identifier: string, changes: object) {
  await world.client.send(new UpdateDataSourceCommand({ domainIdentifier, identifier, ...changes }));
  await world.settle();
}
