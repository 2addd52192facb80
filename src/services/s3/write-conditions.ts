import { findBucketObject } from '../../buckets/objects.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { InvalidArgument, NoSuchKey, PreconditionFailed } from './errors.ts';
import { namesTag } from './object-conditions.ts';

export interface WriteConditions {
  readonly Bucket: string;
  readonly Key: string;
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/**
 * The conditions of a write, asked in the transaction that makes it: If-None-Match knows only `*`, "make, do not replace".
 * @throws PreconditionFailed, NoSuchKey, InvalidArgument
 */
export async function checkWriteConditions(
  tx: StateQueries,
  accountId: string,
  { Bucket, Key, IfMatch, IfNoneMatch }: WriteConditions,
): Promise<void> {
  if (IfMatch === undefined && IfNoneMatch === undefined) return;
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
    throw new InvalidArgument('If-None-Match of a write is *', { name: 'If-None-Match', value: IfNoneMatch });
  const known = await findBucketObject(tx, { accountId, bucket: Bucket }, Key);
  if (IfNoneMatch !== undefined && known !== undefined) throw new PreconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (known === undefined) throw new NoSuchKey(Key);
  if (!namesTag(IfMatch, known.etag)) throw new PreconditionFailed('If-Match');
}
