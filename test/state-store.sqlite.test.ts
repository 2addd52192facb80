import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { testStateStore } from '../src/ports/state/state-store.suite.ts';
import { StateInUseError } from '../src/ports/store-errors.ts';

async function openFresh() {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-state-'));
  const path = join(folder, 'state.sqlite');
  const store = openSqlite(path);
  await store.migrate();
  let isOpen = true;
  const close = async () => {
    if (isOpen) await store[Symbol.asyncDispose]();
    isOpen = false;
  };
  return {
    store,
    path,
    reopen: async () => {
      await close();
      return openSqlite(path);
    },
    [Symbol.asyncDispose]: async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

testStateStore('sqlite', openFresh);

it('has the file to itself', async () => {
  await using fixture = await openFresh();
  expect(() => openSqlite(fixture.path)).toThrow(StateInUseError);
});

it('is as durable as a commit has to be', async () => {
  await using fixture = await openFresh();
  const pragma = async (name: string) =>
    Object.values(
      (await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(fixture.store.queries)).rows[0] ?? {},
    )[0];
  expect(await pragma('journal_mode')).toBe('wal');
  expect(await pragma('synchronous')).toBe(2);
});

it('has the schema that is written down', async () => {
  await using fixture = await openFresh();
  const { rows } = await sql<{ sql: string }>`
    select sql from sqlite_master where sql is not null and name not like 'kysely_%' and name not like 'sqlite_%' order by name`.execute(
    fixture.store.queries,
  );
  const text = `${rows.map((row) => `${row.sql.replace(/\s+/g, ' ')};`).join('\n')}\n`;
  await expect(text).toMatchFileSnapshot('../docs/reference/schema.sqlite.sql');
});
