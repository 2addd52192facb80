import type { Clock } from '../ports/clock.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import { listKnownApplicationIds } from './application-store.ts';
import { type ConfigurationType, configurationTypeOf } from './configuration-ids.ts';
import { ItemUnknownError, TooManyItemsError } from './errors.ts';
import { type Quotas, requireQuota } from './quotas.ts';
import { listLiveServerIds } from './server-store.ts';
import * as store from './tag-store.ts';

/** Items that one call may name, and tags it may put on them altogether: it is one transaction. */
export const TAGGED_ITEMS_MAX = 1000;
export const TAGS_A_CALL_MAX = 5000;
/** Tags read at once while those of items that have gone are passed over. */
const READ_AHEAD_MIN = 100;

/** Which processes and connections there are: they are not rows of the state store. */
export interface BulkItems {
  existing(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface TagsOptions {
  readonly accountId: string;
  readonly quotas: Quotas;
}

/** Tags on servers, applications, processes and connections. */
export class Tags {
  readonly #ports: { state: StateStore; clock: Clock; bulkItems: BulkItems };
  readonly #options: TagsOptions;

  constructor(ports: { state: StateStore; clock: Clock; bulkItems: BulkItems }, options: TagsOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Every tag on every item, or nothing. @throws ItemUnknownError, QuotaExceededError, TooManyItemsError */
  async create(configurationIds: readonly string[], pairs: readonly store.TagPair[]): Promise<void> {
    const items = onceEach(configurationIds, pairs.length);
    const { accountId, quotas } = this.#options;
    await this.#changeItems(items, async (tx) => {
      await store.putTags(tx, accountId, tagsOf(items, pairs, this.#ports.clock.nowMs()));
      const servers = items.filter((id) => configurationTypeOf(id) === 'SERVER');
      if (quotas.tagsPerServerMax === Number.POSITIVE_INFINITY) return;
      requireQuota(await store.countTagsMost(tx, accountId, servers), quotas.tagsPerServerMax, 'tags per server');
    });
  }

  /** These pairs, or all tags of the items when none are named. @throws ItemUnknownError, TooManyItemsError */
  async delete(configurationIds: readonly string[], pairs?: readonly store.TagPair[]): Promise<void> {
    const items = onceEach(configurationIds, pairs?.length ?? 1);
    await this.#changeItems(items, (tx) => store.deleteTags(tx, this.#options.accountId, items, pairs));
  }

  /**
   * Up to `limit` tags after a position, by item, key and value. Tags of processes and connections whose server was
   * deleted are gone with it. @throws ItemUnknownError for an id that is asked for and stands for nothing
   */
  async list(page: {
    readonly selection: store.TagSelection;
    readonly after?: store.TagPosition | undefined;
    readonly limit: number;
  }): Promise<store.ItemTag[]> {
    const { queries } = this.#ports.state;
    await this.#requireKnown(page.selection.configurationIds.flat());
    const found: store.ItemTag[] = [];
    const limit = Math.max(page.limit, READ_AHEAD_MIN);
    for (let after = page.after; found.length < page.limit; ) {
      const some = await store.listTags(queries, this.#options.accountId, { ...page, after, limit });
      found.push(...(await this.#withoutGone(some)));
      const last = some.at(-1);
      if (some.length < limit || last === undefined) break;
      after = [last.configurationId, last.key, last.value];
    }
    return found.slice(0, page.limit);
  }

  async #requireKnown(configurationIds: readonly string[]): Promise<void> {
    const items = onceEach(configurationIds, 1);
    requireAll(items, await this.#existingBulk(items));
    await requireRows(this.#ports.state.queries, this.#options.accountId, items);
  }

  async #changeItems(items: readonly string[], change: (tx: StateTransaction) => Promise<void>): Promise<void> {
    // Asked before the transaction, in which nothing but the state may be awaited.
    requireAll(items, await this.#existingBulk(items));
    await this.#ports.state.transaction(async (tx) => {
      await requireRows(tx, this.#options.accountId, items);
      await change(tx);
    });
  }

  /** Those processes and connections among the items that exist. */
  async #existingBulk(items: readonly string[]): Promise<ReadonlySet<string>> {
    const bulk = items.filter((id) => isBulk(configurationTypeOf(id)));
    return bulk.length === 0 ? new Set() : this.#ports.bulkItems.existing(bulk);
  }

  async #withoutGone(tags: readonly store.ItemTag[]): Promise<store.ItemTag[]> {
    const existing = await this.#existingBulk([...new Set(tags.map(({ configurationId }) => configurationId))]);
    return tags.filter((tag) => !isBulk(tag.configurationType) || existing.has(tag.configurationId));
  }
}

function isBulk(type: ConfigurationType | undefined): boolean {
  return type === 'PROCESS' || type === 'CONNECTION';
}

/** @throws ItemUnknownError for what is no id at all, and for a process or connection that is not among `bulk` */
function requireAll(items: readonly string[], bulk: ReadonlySet<string>): void {
  const unknown = items.find((id) => {
    const type = configurationTypeOf(id);
    return type === undefined || (isBulk(type) && !bulk.has(id));
  });
  if (unknown !== undefined) throw new ItemUnknownError(unknown);
}

/** @throws ItemUnknownError for a server or an application that there is not */
async function requireRows(
  queries: Parameters<typeof listLiveServerIds>[0],
  accountId: string,
  items: readonly string[],
): Promise<void> {
  const byType = Map.groupBy(items, (id) => configurationTypeOf(id));
  const servers = await listLiveServerIds(queries, accountId, byType.get('SERVER') ?? []);
  const applications = await listKnownApplicationIds(queries, accountId, byType.get('APPLICATION') ?? []);
  const unknown = items.find((id) => {
    const type = configurationTypeOf(id);
    return (type === 'SERVER' && !servers.has(id)) || (type === 'APPLICATION' && !applications.has(id));
  });
  if (unknown !== undefined) throw new ItemUnknownError(unknown);
}

function tagsOf(items: readonly string[], pairs: readonly store.TagPair[], nowMs: number): store.ItemTag[] {
  return items.flatMap((configurationId) =>
    pairs.map(({ key, value }) => ({
      configurationId,
      configurationType: configurationTypeOf(configurationId)!,
      key,
      value,
      createdAtMs: nowMs,
    })),
  );
}

function onceEach(configurationIds: readonly string[], tagsEach: number): string[] {
  const distinct = [...new Set(configurationIds)];
  if (distinct.length > TAGGED_ITEMS_MAX)
    throw new TooManyItemsError('configuration items', distinct.length, TAGGED_ITEMS_MAX);
  if (distinct.length * tagsEach > TAGS_A_CALL_MAX)
    throw new TooManyItemsError('tags', distinct.length * tagsEach, TAGS_A_CALL_MAX);
  return distinct;
}
