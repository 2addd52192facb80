import { decodePageToken, encodePageToken, type PageScope } from '../../core/pagination.ts';
import type { CallContext } from '../../wire/handlers.ts';
import { InvalidInputException } from './errors.ts';

/** Items a statement reads at most; a filter may let few of them through. */
const READ_AHEAD_MAX = 1000;

/** One page of a listing that is ordered by a text key, filtered on the way. */
export interface PageRequest<T> {
  readonly key: Uint8Array;
  readonly ctx: CallContext;
  /** Members the choice of items depends on. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly nextToken: string | undefined;
  readonly size: number;
  readonly list: (page: { after?: string; limit: number }) => Promise<readonly T[]>;
  readonly keyOf: (item: T) => string;
  readonly accepts?: ((item: T) => boolean) | undefined;
}

/** A full page as long as there are items, and a token only when more follow. @throws InvalidInputException */
export async function readPage<T>(request: PageRequest<T>): Promise<{ items: readonly T[]; nextToken?: string }> {
  const { key, ctx, size, keyOf } = request;
  const scope = { accountId: ctx.accountId, operation: `${ctx.service}.${ctx.operation}`, inputs: request.inputs };
  const found = await collect(request, readPosition(key, scope, request.nextToken));
  const items = found.slice(0, size);
  const last = items.at(-1);
  if (found.length <= size || last === undefined) return { items };
  return { items, nextToken: encodePageToken(key, scope, keyOf(last)) };
}

/** Up to one item more than the page, so that a last page is known to be the last. */
async function collect<T>({ size, list, keyOf, accepts }: PageRequest<T>, start: string | undefined): Promise<T[]> {
  const found: T[] = [];
  let after = start;
  for (let limit = Math.min(size + 1, READ_AHEAD_MAX); ; limit = READ_AHEAD_MAX) {
    const items = await list({ limit, ...(after === undefined ? {} : { after }) });
    for (const item of items) {
      if (accepts === undefined || accepts(item)) found.push(item);
      if (found.length > size) return found;
    }
    const last = items.at(-1);
    if (last === undefined || items.length < limit) return found;
    after = keyOf(last);
  }
}

function readPosition(key: Uint8Array, scope: PageScope, nextToken: string | undefined): string | undefined {
  if (nextToken === undefined || nextToken === '') return undefined;
  const position = decodePageToken(key, scope, nextToken);
  if (position === undefined) throw new InvalidInputException('NextToken is not a token of this request.');
  return position as string;
}
