import { describe, expect, it } from 'vitest';
import { ObjectMissingError, type ObjectStore } from './objects.ts';

export interface ObjectStoreFixture extends AsyncDisposable {
  readonly store: ObjectStore;
  /** Writes a local file that `putFile` may take. */
  writeFile(bytes: Uint8Array): Promise<string>;
}

/** What every object store must do. An implementation's test calls this with a way to open a fresh, empty store. */
export function testObjectStore(name: string, open: () => Promise<ObjectStoreFixture>): void {
  describe(`object store: ${name}`, () => {
    const withStore = (run: (fixture: ObjectStoreFixture) => Promise<void>) => async () => {
      await using fixture = await open();
      await run(fixture);
    };

    it(
      'reads back what was put, in one piece or in parts',
      withStore(async ({ store }) => {
        await store.put('a/one', bytes('hello'));
        await store.put('a/two', [bytes('hel'), bytes(''), bytes('lo')]);
        expect(await readText(store, 'a/one')).toBe('hello');
        expect(await readText(store, 'a/two')).toBe('hello');
        expect(await store.head('a/two')).toEqual({ sizeBytes: 5 });
      }),
    );

    it(
      'keeps an empty object apart from a missing one',
      withStore(async ({ store }) => {
        await store.put('empty', bytes(''));
        expect(await store.head('empty')).toEqual({ sizeBytes: 0 });
        expect(await readText(store, 'empty')).toBe('');
        expect(await store.head('missing')).toBeUndefined();
        await expect(readText(store, 'missing')).rejects.toBeInstanceOf(ObjectMissingError);
      }),
    );

    it(
      'replaces an object by a later put',
      withStore(async ({ store }) => {
        await store.put('key', bytes('a longer first text'));
        await store.put('key', bytes('second'));
        expect(await readText(store, 'key')).toBe('second');
      }),
    );

    it(
      'takes more parts than one system call does',
      withStore(async ({ store }) => {
        const parts = Array.from({ length: 3000 }, (_, index) => bytes(`${index},`));
        await store.put('parts', parts);
        expect(await readText(store, 'parts')).toBe(parts.map((part) => Buffer.from(part).toString()).join(''));
      }),
    );

    it(
      'reads any range',
      withStore(async ({ store }) => {
        await store.put('key', bytes('0123456789'));
        expect(await readText(store, 'key', { start: 3 })).toBe('3456789');
        expect(await readText(store, 'key', { start: 3, end: 4 })).toBe('3');
        expect(await readText(store, 'key', { start: 0, end: 10 })).toBe('0123456789');
        expect(await readText(store, 'key', { start: 4, end: 4 })).toBe('');
      }),
    );

    it(
      'stores a stream, and nothing of one that fails',
      withStore(async ({ store }) => {
        async function* stream(fails: boolean) {
          yield bytes('one, ');
          yield bytes('');
          if (fails) throw new Error('the sender has gone');
          yield bytes('two');
        }
        expect(await store.putStream('streamed', stream(false))).toEqual({ sizeBytes: 8 });
        expect(await readText(store, 'streamed')).toBe('one, two');
        await expect(store.putStream('streamed', stream(true))).rejects.toThrow('the sender has gone');
        expect(await readText(store, 'streamed')).toBe('one, two');
        await expect(store.putStream('failed', stream(true))).rejects.toThrow('the sender has gone');
        expect(await store.head('failed')).toBeUndefined();
      }),
    );

    it(
      'takes a local file away',
      withStore(async ({ store, writeFile }) => {
        const path = await writeFile(bytes('from a file'));
        expect(await store.putFile('folder/file', path)).toEqual({ sizeBytes: 11 });
        expect(await readText(store, 'folder/file')).toBe('from a file');
        await expect(store.putFile('folder/again', path)).rejects.toThrow();
      }),
    );

    it(
      'links an object that outlives the name it was linked from',
      withStore(async ({ store }) => {
        await store.put('from', bytes('shared'));
        await store.link('from', 'deep/er/to');
        await store.link('from', 'deep/er/to');
        await store.delete(['from']);
        expect(await readText(store, 'deep/er/to')).toBe('shared');
        await expect(store.link('from', 'elsewhere')).rejects.toBeInstanceOf(ObjectMissingError);
      }),
    );

    it(
      'keeps a link as it was when the first name is put again',
      withStore(async ({ store }) => {
        await store.put('from', bytes('old'));
        await store.link('from', 'to');
        await store.put('from', bytes('new'));
        expect(await readText(store, 'to')).toBe('old');
        await store.link('from', 'to');
        expect(await readText(store, 'to')).toBe('new');
      }),
    );

    it(
      'deletes names, missing ones too',
      withStore(async ({ store }) => {
        await store.put('a', bytes('1'));
        await store.delete(['a', 'never-there']);
        expect(await store.head('a')).toBeUndefined();
        await store.delete([]);
      }),
    );

    it(
      'lists keys below a prefix by their bytes, page by page',
      withStore(async ({ store }) => {
        const keys = ['p/a.b', 'p/a/b', 'p/a/c', 'p/a1', 'p/b=1/x', 'p/b=10/x', 'q/z'];
        for (const key of keys.toReversed()) await store.put(key, bytes(key));
        const expected = keys
          .filter((key) => key.startsWith('p/'))
          .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(await listAll(store, 'p/', 100)).toEqual(expected);
        expect(await listAll(store, 'p/', 2)).toEqual(expected);
        expect(await listAll(store, 'p/a', 1)).toEqual(expected.filter((key) => key.startsWith('p/a')));
        expect(await listAll(store, 'nothing/', 10)).toEqual([]);
      }),
    );

    it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a\u0000b', 'a\nb', `${'x'.repeat(256)}`, 'é'])(
      'refuses %j as a key',
      (key) =>
        withStore(async ({ store }) => {
          await expect((async () => store.put(key, bytes('x')))()).rejects.toThrow('is an object key');
        })(),
    );

    it(
      'puts many objects at once',
      withStore(async ({ store }) => {
        const keys = Array.from({ length: 50 }, (_, index) => `same/folder/${index}`);
        await Promise.all(keys.map((key) => store.put(key, bytes(key))));
        expect(await Promise.all(keys.map((key) => readText(store, key)))).toEqual(keys);
      }),
    );
  });
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

async function readText(store: ObjectStore, key: string, range?: { start: number; end?: number }): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(key, range)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function listAll(store: ObjectStore, prefix: string, limit: number): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const after = keys.at(-1);
    const page = await store.list(prefix, { limit, ...(after === undefined ? {} : { after }) });
    keys.push(...page.map((object) => object.key));
    if (page.length < limit) return keys;
  }
}
