import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { StateStore } from './state-store.ts';

export interface StateStoreFixture extends AsyncDisposable {
  readonly store: StateStore;
  /** Opens the same facts again, as a server does that comes back. */
  reopen(): Promise<StateStore>;
}

/** What every state store must do. An implementation's test calls this with a way to open a fresh, migrated store. */
export function testStateStore(name: string, open: () => Promise<StateStoreFixture>): void {
  describe(`state store: ${name}`, () => {
    const withStore = (run: (fixture: StateStoreFixture) => Promise<void>) => async () => {
      await using fixture = await open();
      await run(fixture);
    };
    const put = (store: StateStore['queries'], key: string, value: string) =>
      store.insertInto('settings').values({ name: key, value }).execute();
    const all = async (store: StateStore) => {
      const rows = await store.queries.selectFrom('settings').select(['name', 'value']).orderBy('name').execute();
      return Object.fromEntries(rows.map((row) => [row.name, row.value]));
    };

    it(
      'makes all of a transaction true',
      withStore(async ({ store }) => {
        const answer = await store.transaction(async (tx) => {
          await put(tx, 'a', '1');
          await put(tx, 'b', '2');
          return 'done';
        });
        expect(answer).toBe('done');
        expect(await all(store)).toEqual({ a: '1', b: '2' });
      }),
    );

    it(
      'makes nothing of a failed transaction true, and goes on',
      withStore(async ({ store }) => {
        const failed = store.transaction(async (tx) => {
          await put(tx, 'a', '1');
          throw new Error('changed my mind');
        });
        await expect(failed).rejects.toThrow('changed my mind');
        expect(await all(store)).toEqual({});
        await put(store.queries, 'b', '2');
        expect(await all(store)).toEqual({ b: '2' });
      }),
    );

    it(
      'undoes a transaction whose statement breaks a constraint',
      withStore(async ({ store }) => {
        await put(store.queries, 'a', '1');
        const failed = store.transaction(async (tx) => {
          await put(tx, 'b', '2');
          await put(tx, 'a', 'again');
        });
        await expect(failed).rejects.toThrow();
        expect(await all(store)).toEqual({ a: '1' });
      }),
    );

    it(
      'sees its own changes inside, and nobody sees half outside',
      withStore(async ({ store }) => {
        let seenOutside: Promise<Record<string, string>> | undefined;
        await store.transaction(async (tx) => {
          await put(tx, 'a', '1');
          seenOutside = all(store);
          const own = await tx.selectFrom('settings').select('name').execute();
          expect(own).toEqual([{ name: 'a' }]);
          await put(tx, 'b', '2');
        });
        expect([{}, { a: '1', b: '2' }]).toContainEqual(await seenOutside);
      }),
    );

    it(
      'runs transactions that arrive together one after another',
      withStore(async ({ store }) => {
        await put(store.queries, 'counter', '0');
        const increment = () =>
          store.transaction(async (tx) => {
            const row = await tx
              .selectFrom('settings')
              .select('value')
              .where('name', '=', 'counter')
              .executeTakeFirstOrThrow();
            await tx
              .updateTable('settings')
              .set({ value: String(Number(row.value) + 1) })
              .where('name', '=', 'counter')
              .execute();
          });
        await Promise.all(Array.from({ length: 20 }, increment));
        expect(await all(store)).toEqual({ counter: '20' });
      }),
    );

    it(
      'keeps what was committed when it is opened again',
      withStore(async ({ store, reopen }) => {
        await store.transaction((tx) => put(tx, 'kept', 'yes'));
        await using again = await reopen();
        expect(await all(again)).toEqual({ kept: 'yes' });
      }),
    );

    it(
      'migrates twice without a change',
      withStore(async ({ store }) => {
        await put(store.queries, 'kept', 'yes');
        await store.migrate();
        expect(await all(store)).toEqual({ kept: 'yes' });
      }),
    );

    it(
      'keeps integers up to 2^53 and text of any kind',
      withStore(async ({ store }) => {
        const text = 'é \u{1f6f6} \u0001 \' " \\ \n';
        await store.queries
          .insertInto('segments')
          .values({
            account_id: text,
            segment_no: Number.MAX_SAFE_INTEGER,
            object_key: 'k',
            size_bytes: 1,
            checksum: '',
            rows: 0,
            committed_at_ms: 1.7e12,
          })
          .execute();
        const row = await store.queries
          .selectFrom('segments')
          .select(['account_id', 'segment_no', 'committed_at_ms'])
          .executeTakeFirstOrThrow();
        expect(row).toEqual({ account_id: text, segment_no: Number.MAX_SAFE_INTEGER, committed_at_ms: 1.7e12 });
      }),
    );

    it(
      'counts and sums as numbers',
      withStore(async ({ store }) => {
        for (const segmentNo of [1, 2, 3]) {
          await store.queries
            .insertInto('segments')
            .values({
              account_id: 'a',
              segment_no: segmentNo,
              object_key: 'k',
              size_bytes: 10,
              checksum: '',
              rows: 0,
              committed_at_ms: 0,
            })
            .execute();
        }
        const row = await store.queries
          .selectFrom('segments')
          .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.sum<number>('size_bytes').as('bytes')])
          .executeTakeFirstOrThrow();
        expect(row).toEqual({ count: 3, bytes: 30 });
      }),
    );

    it(
      'holds states to the ones the machines know',
      withStore(async ({ store }) => {
        const wrong = sql`update continuous_exports set status = 'SLEEPING'`;
        await store.queries
          .insertInto('continuous_exports')
          .values({
            account_id: 'a',
            export_id: 'e',
            status: 'ACTIVE',
            status_detail: null,
            bucket: 'b',
            database_name: 'd',
            started_at_ms: 0,
            stopped_at_ms: null,
            after_segment_no: 0,
            stop_segment_no: null,
          })
          .execute();
        await expect(wrong.execute(store.queries)).rejects.toThrow();
      }),
    );
  });
}
