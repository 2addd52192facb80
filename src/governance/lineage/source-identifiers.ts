/** What lineage knows things by: jobs and runs by name, datasets by ARN where one can be told (datazone.md §11). */

import type { Dataset, Facets } from './run-event.ts';
import { isObject } from './run-event.ts';

/** Whose events they are, and where: parts of the ARNs that events leave out. */
export interface LineagePlace {
  readonly accountId: string;
  readonly region: string;
}

export interface JobName {
  readonly namespace: string;
  readonly name: string;
}

export const ASSET_PREFIX = 'amazon.datazone.asset/';
export const LISTING_PREFIX = 'amazon.datazone.listing/';

export function jobIdentifier({ namespace, name }: JobName): string {
  return `${namespace}.${name}`;
}

export function runIdentifier(job: JobName, runId: string): string {
  return `${jobIdentifier(job)}/${runId}`;
}

const GLUE_KEYS = ['GLUE_VERSION', 'GLUE_COMMAND_CRITERIA', 'GLUE_PYTHON_VERSION'];
const REGION_KEYS = ['AWS_REGION', 'AWS_DEFAULT_REGION'];
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** The place that datasets of a run are in, when Glue ran it. */
export function gluePlaceOf(runFacets: Facets, place: LineagePlace): LineagePlace | undefined {
  const facet = runFacets['environment-properties'];
  const properties = isObject(facet) ? facet['environment-properties'] : undefined;
  if (!isObject(properties) || !GLUE_KEYS.some((key) => key in properties)) return undefined;
  const region = REGION_KEYS.map((key) => properties[key]).find(
    (value): value is string => typeof value === 'string' && REGION.test(value),
  );
  return { accountId: place.accountId, region: region ?? place.region };
}

/** `gluePlace` is where Glue ran the run; undefined for anybody else's. */
export function datasetIdentifier(dataset: Dataset, place: LineagePlace, gluePlace: LineagePlace | undefined): string {
  return glueTableArn(dataset, gluePlace) ?? redshiftTableArn(dataset, place) ?? `${dataset.namespace}/${dataset.name}`;
}

const GLUE_CATALOG = /^arn:aws[a-z-]*:glue:[a-z0-9-]+:\d{12}$/;

/** A symlink names the table: by `database.table` in a Glue run, in newer clients by the catalogue's ARN in any run. */
function glueTableArn({ facets }: Dataset, gluePlace: LineagePlace | undefined): string | undefined {
  for (const { namespace, name } of readSymlinks(facets)) {
    if (GLUE_CATALOG.test(namespace) && /^table\/[^/]+\/[^/]+$/.test(name)) return `${namespace}:${name}`;
    const [database, table, ...rest] = name.split('.');
    if (gluePlace === undefined || !database || !table || rest.length > 0) continue;
    return `arn:aws:glue:${gluePlace.region}:${gluePlace.accountId}:table/${database}/${table}`;
  }
  return undefined;
}

function readSymlinks({ symlinks }: Facets): { namespace: string; name: string }[] {
  const identifiers = isObject(symlinks) ? symlinks.identifiers : undefined;
  if (!Array.isArray(identifiers)) return [];
  return identifiers.flatMap((identifier: unknown) => {
    if (!isObject(identifier) || typeof identifier.name !== 'string') return [];
    const { namespace, name } = identifier;
    return [{ namespace: typeof namespace === 'string' ? namespace : '', name }];
  });
}

/** `redshift://cluster.account.region.redshift.amazonaws.com:5439` or `redshift://cluster.region:5439`, `database.schema.table`. */
function redshiftTableArn({ namespace, name }: Dataset, { accountId }: LineagePlace): string | undefined {
  const isServerless = namespace.includes('redshift-serverless.amazonaws.com');
  if (!namespace.startsWith('redshift://') && !isServerless && !namespace.includes('redshift.amazonaws.com'))
    return undefined;
  const [cluster, ...labels] = namespace
    .replace(/^[a-z]+:\/\//, '')
    .replace(/:\d+$/, '')
    .split('.');
  const region = labels.find((label) => REGION.test(label));
  const parts = name.split('.');
  if (!cluster || region === undefined || parts.length !== 3 || parts.some((part) => part === '')) return undefined;
  const service = isServerless ? 'redshift-serverless' : 'redshift';
  return `arn:aws:${service}:${region}:${accountId}:table/${cluster}/${parts.join('/')}`;
}
