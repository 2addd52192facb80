import { countBuckets, findBucket, insertBucket } from '../buckets/buckets.ts';
import { insertDatabase } from '../catalog/catalog.ts';
import { findTable, putTable } from '../catalog/tables.ts';
import { TABLE_NAMES } from '../core/records.ts';
import { isDeliveryRoleEnabled } from '../identity/delivery-roles.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import { StoreAccessError, StoreFullError } from '../ports/store-errors.ts';
import { ExportFault } from './errors.ts';
import { defineTables } from './resources.ts';
import type { ContinuousExport } from './store.ts';

export interface SetUpLimits {
  readonly bucketsMax: number;
  readonly deliveriesMax: number;
}

/** Asks the object store whether it takes bytes for us at all. @throws ExportFault */
export async function probeObjects(objects: ObjectStore, value: ContinuousExport): Promise<void> {
  const key = `probes/${value.exportId}`;
  try {
    await objects.put(key, new Uint8Array([0]));
    await objects.delete([key]);
  } catch (error) {
    if (error instanceof StoreFullError) throw error;
    if (error instanceof StoreAccessError) throw new ExportFault('ACCESS_DENIED', error.message);
    throw new ExportFault('S3_NOT_SIGNED_UP', `The object store cannot be used: ${(error as Error).message}`);
  }
}

/** Makes bucket, database and tables, or finds them as they should be. @throws ExportFault */
export async function setUpResources(
  tx: StateQueries,
  value: ContinuousExport,
  options: { limits: SetUpLimits; region: string; nowMs: number },
): Promise<void> {
  const { accountId } = value;
  if (!(await isDeliveryRoleEnabled(tx, accountId)))
    throw new ExportFault('FIREHOSE_ROLE_MISSING', 'The delivery role is missing or disabled.');
  if (TABLE_NAMES.length > options.limits.deliveriesMax) {
    throw new ExportFault('DELIVERY_STREAM_LIMIT_FAILURE', `An export needs ${TABLE_NAMES.length} deliveries.`);
  }
  await setUpBucket(tx, value, options);
  await insertDatabase(tx, accountId, {
    name: value.database,
    description: 'What the agents discovered, one table a kind of record.',
    parameters: {},
    createdAtMs: options.nowMs,
  });
  await setUpTables(tx, value, options.nowMs);
}

async function setUpBucket(
  tx: StateQueries,
  value: ContinuousExport,
  options: { limits: SetUpLimits; region: string; nowMs: number },
): Promise<void> {
  if ((await findBucket(tx, value.accountId, value.bucket)) !== undefined) return;
  if ((await countBuckets(tx, value.accountId)) >= options.limits.bucketsMax) {
    throw new ExportFault('S3_BUCKET_LIMIT_FAILURE', `The account has ${options.limits.bucketsMax} buckets.`);
  }
  await insertBucket(tx, value.accountId, { name: value.bucket, region: options.region, createdAtMs: options.nowMs });
}

async function setUpTables(tx: StateQueries, value: ContinuousExport, nowMs: number): Promise<void> {
  for (const [name, definition] of defineTables(value.bucket)) {
    const known = await findTable(tx, value.accountId, value.database, name);
    if (known !== undefined && known.location !== definition.location) {
      throw new ExportFault('LAKE_FORMATION_ACCESS_DENIED', `Table ${value.database}.${name} is somebody else's.`);
    }
    const kept = { ...definition, parameters: { ...known?.parameters, ...definition.parameters } };
    await putTable(tx, { accountId: value.accountId, database: value.database, name, definition: kept, nowMs });
  }
}
