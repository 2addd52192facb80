import { decodePageToken, encodePageToken, type PageScope } from '../../core/pagination.ts';
import type { NewestPosition } from '../../governance/newest-first.ts';
import type { CallContext } from '../../wire/handlers.ts';
import { ValidationException } from './errors.ts';

/** Of all lists but those of domains, domain units, owners and grants, whose pages have 25. */
export const PAGE_MAX = 50;

/** Key of the last item of a page, as sealed in its token. */
export type PagePosition = readonly (string | number)[];

/** A list call less what pages it: the token is good for the very same question only. */
export function pageScope(
  ctx: CallContext,
  { nextToken, maxResults, ...inputs }: Readonly<Record<string, unknown>>,
): PageScope {
  return { accountId: ctx.accountId, operation: `${ctx.service}.${ctx.operation}`, inputs };
}

/** Where the page begins; undefined for the first one. @throws ValidationException */
export function readPosition(
  key: Uint8Array,
  scope: PageScope,
  nextToken: string | undefined,
): PagePosition | undefined {
  if (nextToken === undefined) return undefined;
  const position = decodePageToken(key, scope, nextToken) as PagePosition | undefined;
  if (position === undefined) throw new ValidationException('The value of nextToken is not a token of this request.');
  return position;
}

/** A page out of `found`, which holds one item more than the page when there are more. */
export function cutPage<T>(
  found: readonly T[],
  size: number,
  token: { key: Uint8Array; scope: PageScope; positionOf: (item: T) => PagePosition },
): { items: readonly T[]; nextToken?: string } {
  const items = found.slice(0, size);
  const last = items.at(-1);
  if (found.length <= size || last === undefined) return { items };
  return { items, nextToken: encodePageToken(token.key, token.scope, token.positionOf(last)) };
}

interface PageCall {
  readonly key: Uint8Array;
  readonly ctx: CallContext;
  readonly input: Readonly<Record<string, unknown>> & {
    readonly nextToken?: string | undefined;
    readonly maxResults?: number | undefined;
  };
  readonly pageMax?: number;
}

/** Reads a page of a list of any order and says where the next one begins. */
export async function listPage<T>(
  { key, ctx, input, pageMax, positionOf }: PageCall & { readonly positionOf: (item: T) => PagePosition },
  list: (page: { after: PagePosition | undefined; limit: number }) => Promise<readonly T[]>,
): Promise<{ items: readonly T[]; nextToken?: string }> {
  const size = input.maxResults ?? pageMax ?? PAGE_MAX;
  const scope = pageScope(ctx, input);
  const after = readPosition(key, scope, input.nextToken);
  return cutPage(await list({ after, limit: size + 1 }), size, { key, scope, positionOf });
}

/** The usual list: newest first with ties by id. */
export function newestPage<T>(
  { positionOf, ...call }: PageCall & { readonly positionOf: (item: T) => NewestPosition },
  list: (page: { after: NewestPosition | undefined; limit: number }) => Promise<readonly T[]>,
): Promise<{ items: readonly T[]; nextToken?: string }> {
  const byParts = (item: T) => {
    const { createdAtMs, id } = positionOf(item);
    return [createdAtMs, id];
  };
  return listPage({ ...call, positionOf: byParts }, ({ after, limit }) =>
    list({ after: after && { createdAtMs: Number(after[0]), id: String(after[1]) }, limit }),
  );
}
