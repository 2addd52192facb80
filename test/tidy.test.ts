import { describe, expect, it } from 'vitest';
import { RULES } from '../scripts/tidy.ts';
import { openTree, type Tree, treeOf } from '../scripts/tree.ts';

const checkout = openTree();

/** The checkout with some files written over, added, or (undefined) taken away. */
function withChanges(changes: Readonly<Record<string, string | undefined>>): Tree {
  const isThere = (path: string) => (Object.hasOwn(changes, path) ? changes[path] !== undefined : checkout.has(path));
  return {
    paths: [...new Set([...checkout.paths, ...Object.keys(changes)])].filter(isThere).sort(),
    has: isThere,
    read: (path) => (Object.hasOwn(changes, path) ? (changes[path] ?? '') : checkout.read(path)),
    sizeBytes: (path) =>
      Object.hasOwn(changes, path) ? Buffer.byteLength(changes[path] ?? '') : checkout.sizeBytes(path),
  };
}

/** A fault of each rule, and the path that the rule has to name. */
const FAULTS: Readonly<Record<keyof typeof RULES, readonly [fault: string, tree: Tree, path: string][]>> = {
  'generated files are fresh': [
    [
      'a generated page that was edited',
      withChanges({ 'docs/reference/tables.md': 'by hand' }),
      'docs/reference/tables.md',
    ],
    [
      'a page of layers that has lost its table',
      withChanges({ 'docs/02-layers.md': '<!-- generated: layers -->\n<!-- end -->' }),
      'docs/02-layers.md',
    ],
  ],
  'every option is documented': [
    [
      'a page without options',
      withChanges({ 'docs/reference/configuration.md': '' }),
      'docs/reference/configuration.md',
    ],
  ],
  'every error code of the agent protocol is documented': [
    [
      'a code nobody has heard of',
      withChanges({ 'src/ingest/new.ts': "throw new IngestError(418, 'Teapot', 'x')" }),
      'docs/reference/agent-protocol.md',
    ],
  ],
  'every metric is documented': [
    [
      'a metric nobody has heard of',
      withChanges({ 'src/app/metrics.ts': "name: 'periplus_new_total'" }),
      'docs/07-operations.md',
    ],
  ],
  'every runtime library has its sentence': [
    [
      'a library nobody has explained',
      withChanges({ 'docs/adr/0008-runtime-libraries.md': '' }),
      'docs/adr/0008-runtime-libraries.md',
    ],
  ],
  'links in documents lead somewhere': [
    ['a file that is not there', treeOf({ 'a.md': '[x](b.md)' }), 'a.md'],
    ['a heading that is not there', treeOf({ 'a.md': '# One\n[x](#two)' }), 'a.md'],
    ['a heading of another page that is not there', treeOf({ 'a.md': '[x](d/b.md#two)', 'd/b.md': '# One' }), 'a.md'],
  ],
  'paths that documents name are there': [
    ['a source that has moved', treeOf({ 'a.md': '`src/core/gone.ts`' }), 'a.md'],
  ],
  'operations are files and files are operations': [
    ['a file of no operation', withChanges({ 'src/services/sts/GetLost.ts': '' }), 'src/services/sts/GetLost.ts'],
    [
      'a file that is not listed',
      withChanges({ 'src/services/sts/AssumeRole.ts': '' }),
      'src/services/sts/AssumeRole.ts',
    ],
    [
      'a listed operation without a file',
      withChanges({ 'src/services/sts/GetCallerIdentity.ts': undefined }),
      'src/services/sts/sts-service.ts',
    ],
  ],
  'no source file is longer than 500 lines': [['501 lines', treeOf({ 'src/a.ts': '\n'.repeat(501) }), 'src/a.ts']],
  'no file name says nothing': [
    ['a file of anything', treeOf({ 'src/core/string-utils.ts': '' }), 'src/core/string-utils.ts'],
    ['a folder of anything', treeOf({ 'src/common/a.ts': '' }), 'src/common/a.ts'],
  ],
  'what is left to do has the number of its issue': [
    ['one without', treeOf({ 'src/a.ts': `// ${'TO'}${'DO'}: later` }), 'src/a.ts:1'],
  ],
  'no oversized blobs': [['more than a mebibyte', treeOf({ 'docs/a.bin': 'x'.repeat(1024 * 1024 + 1) }), 'docs/a.bin']],
  'every room has a short README': [
    ['a room without one', treeOf({ 'src/new/a.ts': '' }), 'src/new/README.md'],
    ['an adapter without one', treeOf({ 'src/adapters/new/a.ts': '' }), 'src/adapters/new/README.md'],
    ['a long one', treeOf({ 'src/new/README.md': 'x\n'.repeat(21) }), 'src/new/README.md'],
  ],
  'the change log knows the version': [
    [
      'a version nobody wrote about',
      treeOf({ 'package.json': '{"version":"9.9.9"}', 'CHANGELOG.md': '## [0.1.0]' }),
      'CHANGELOG.md',
    ],
  ],
  'test titles say a behaviour, once a file': [
    ['a title that begins with should', treeOf({ 'a.test.ts': `it('should be good', f)` }), 'a.test.ts'],
    ['a title of one word', treeOf({ 'a.test.ts': `it('rolls', f)` }), 'a.test.ts'],
    ['the same title twice', treeOf({ 'a.test.ts': `it('a row stays', f)\nit('a row stays', f)` }), 'a.test.ts'],
  ],
  'no test is singled out or skipped': [
    ['a skipped test', treeOf({ 'a.test.ts': ['it', `skip('x', f)`].join('.') }), 'a.test.ts:1'],
    ['a singled out block', treeOf({ 'a.test.ts': ['describe', `only('x', f)`].join('.') }), 'a.test.ts:1'],
  ],
};

describe.each(Object.entries(RULES))('%s', (name, rule) => {
  it('holds in this checkout', () => {
    expect(rule(checkout)).toEqual([]);
  });

  it.each(FAULTS[name] ?? [])('finds %s', (_fault, tree, path) => {
    expect(rule(tree).filter((line) => line.startsWith(`${path}:`))).not.toEqual([]);
  });
});

it('every rule is shown a fault', () => {
  expect(Object.keys(FAULTS).sort()).toEqual(Object.keys(RULES).sort());
});

it('links that lead somewhere are let be', () => {
  const tree = treeOf({
    'a.md': '# One `two`\n[x](d/b.md#a-b-c) [y](#one-two) [z](https://example.org/x) [w](d/)\n```\n[v](gone.md)\n```',
    'd/b.md': '## A, (b) c',
  });
  expect(RULES['links in documents lead somewhere']?.(tree)).toEqual([]);
});
