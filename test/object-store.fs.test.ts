import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsObjectStore } from '../src/adapters/fs/fs-object-store.ts';
import { testObjectStore } from '../src/ports/objects.suite.ts';

testObjectStore('folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-objects-'));
  let files = 0;
  return {
    store: createFsObjectStore(join(folder, 'objects')),
    writeFile: async (bytes) => {
      files += 1;
      const path = join(folder, `file-${files}`);
      await writeFile(path, bytes);
      return path;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
});
