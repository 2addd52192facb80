import { SECOND_MS } from '../../core/time.ts';
import { NotModified, PreconditionFailed } from './errors.ts';

export interface Conditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: number | undefined;
  readonly IfUnmodifiedSince?: number | undefined;
}

/**
 * The conditions of a read, as RFC 9110 orders them: a tag condition decides alone, its date counterpart is then not
 * looked at. @throws PreconditionFailed, NotModified
 */
export function checkConditions(conditions: Conditions, object: { etag: string; modifiedAtMs: number }): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  // HTTP dates have whole seconds: what a client read from Last-Modified has to compare as equal.
  const modifiedAtMs = Math.floor(object.modifiedAtMs / SECOND_MS) * SECOND_MS;
  if (IfMatch !== undefined) {
    if (!namesTag(IfMatch, object.etag)) throw new PreconditionFailed('If-Match');
  } else if (IfUnmodifiedSince !== undefined && modifiedAtMs > IfUnmodifiedSince) {
    throw new PreconditionFailed('If-Unmodified-Since');
  }
  if (IfNoneMatch !== undefined) {
    if (namesTag(IfNoneMatch, object.etag)) throw new NotModified(object);
  } else if (IfModifiedSince !== undefined && modifiedAtMs <= IfModifiedSince) {
    throw new NotModified(object);
  }
}

/** `*`, or a list of tags. S3 also takes a tag without its quotes. */
export function namesTag(header: string, etag: string): boolean {
  return header.split(',').some((part) => {
    const tag = part.trim().replace(/^W\//, '');
    return tag === '*' || tag === etag || tag === `"${etag}"`;
  });
}
