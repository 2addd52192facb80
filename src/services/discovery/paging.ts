import { decodePageToken, encodePageToken, type PageScope } from '../../core/pagination.ts';
import type { CallContext } from '../../wire/handlers.ts';
import { InvalidParameterValueException } from './errors.ts';

/** Largest page, and the size of one nobody asked a size for (discovery.md §1.1). */
export const PAGE_MAX = 100;

/** Key of the last item of a page. Sealed in its token, so what comes back is what we wrote. */
export type PagePosition = readonly (string | number)[];

/** `maxResults` as asked: 0 is the model's default and means unset. @throws InvalidParameterValueException */
export function readPageSize(maxResults: number | undefined): number {
  const size = maxResults ?? 0;
  if (size < 0) throw outOfRange(size, 'greater than or equal to 0');
  if (size > PAGE_MAX) throw outOfRange(size, `less than or equal to ${PAGE_MAX}`);
  return size === 0 ? PAGE_MAX : size;
}

/** Where the page begins; undefined for the first one, which clients also ask for with `""`. */
export function readPosition<P extends readonly unknown[] = PagePosition>(
  key: Uint8Array,
  scope: PageScope,
  nextToken: string | undefined,
): P | undefined {
  if (nextToken === undefined || nextToken === '') return undefined;
  const position = decodePageToken(key, scope, nextToken) as P | undefined;
  if (position === undefined)
    throw new InvalidParameterValueException('The value of nextToken is not a token of this request.');
  return position;
}

export function pageScope(ctx: CallContext, inputs: Readonly<Record<string, unknown>>): PageScope {
  return { accountId: ctx.accountId, operation: `${ctx.service}.${ctx.operation}`, inputs };
}

/**
 * A page out of `found`, which holds one item more than the page when there are more. The last page has no token at all:
 * clients go on while the member is there, even when it is empty.
 */
export function cutPage<T>(
  found: readonly T[],
  size: number,
  token: { key: Uint8Array; scope: PageScope; positionOf: (item: T) => readonly unknown[] },
): { items: readonly T[]; nextToken?: string } {
  const items = found.slice(0, size);
  const last = items.at(-1);
  if (found.length <= size || last === undefined) return { items };
  return { items, nextToken: encodePageToken(token.key, token.scope, token.positionOf(last)) };
}

function outOfRange(value: number, rule: string): InvalidParameterValueException {
  return new InvalidParameterValueException(
    `1 validation error detected: Value '${value}' at 'maxResults' failed to satisfy constraint: Member must have value ${rule}`,
  );
}
