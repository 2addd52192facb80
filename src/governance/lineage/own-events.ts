/** Run events of the service itself, in OpenLineage's terms. */

import type { CatalogTable } from '../../catalog/catalog.ts';
import { SOURCE_IDENTIFIER_CHARACTERS_MAX } from './event-graph.ts';
import type { Dataset, RunEventType } from './run-event.ts';
import type { JobName, LineagePlace } from './source-identifiers.ts';

/** Of every job of ours. */
export const OWN_NAMESPACE = 'periplus';

const PRODUCER = 'https://periplus.invalid/';
const SPEC = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs';
const SCHEMA_FACET = 'https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet';

export type OwnDataset = Pick<Dataset, 'namespace' | 'name'> & { readonly facets?: Dataset['facets'] };

export function ownEvent(parts: {
  readonly eventType: RunEventType;
  readonly eventTimeMs: number;
  readonly job: JobName;
  readonly runId: string;
  readonly inputs?: readonly OwnDataset[];
  readonly outputs?: readonly OwnDataset[];
}) {
  return {
    eventType: parts.eventType,
    eventTime: new Date(parts.eventTimeMs).toISOString(),
    producer: PRODUCER,
    schemaURL: `${SPEC}/RunEvent`,
    run: { runId: parts.runId },
    job: parts.job,
    inputs: parts.inputs ?? [],
    outputs: parts.outputs ?? [],
  };
}

/** A table of the catalogue: its identifier is its ARN, which is what assets of it are linked by. */
export function tableDataset(
  { accountId, region }: LineagePlace,
  { database, name }: Pick<CatalogTable, 'database' | 'name'>,
): OwnDataset {
  return { namespace: `arn:aws:glue:${region}:${accountId}:table`, name: `${database}/${name}` };
}

export function schemaFacet({ columns, partitionKeys }: Pick<CatalogTable, 'columns' | 'partitionKeys'>) {
  const fields = [...columns, ...partitionKeys].map(({ name, type, comment }) => ({
    name,
    type,
    description: comment,
  }));
  return { _producer: PRODUCER, _schemaURL: SCHEMA_FACET, fields };
}

/** `s3://bucket/a/b/` as OpenLineage names it: the bucket, and what is below it. Undefined: no node could be known by it. */
export function locationDataset(location: string): OwnDataset | undefined {
  if (location.length >= SOURCE_IDENTIFIER_CHARACTERS_MAX) return undefined;
  const match = /^(s3[an]?:\/\/[^/]+)\/*(.*?)\/*$/.exec(location);
  if (match === null) return undefined;
  const [, bucket = '', path] = match;
  return { namespace: bucket.replace(/^s3[an]:/, 's3:'), name: path || '/' };
}
