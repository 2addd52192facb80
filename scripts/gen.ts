/**
 * `npm run gen` writes every generated file; `--check` writes nothing and exits 1 when one is stale. Generated text comes
 * from the models and from data in src, so a document that is generated cannot tell something else than the code.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateCompatibility } from './gen-compatibility.ts';
import { generateConfiguration } from './gen-configuration.ts';
import { withLayers } from './gen-layers.ts';
import { generateStateMachines } from './gen-state-machines.ts';
import { generateTables } from './gen-tables.ts';
import { generateTypes } from './gen-types.ts';
import { readModel, SERVICES } from './operations.ts';
import { openTree, ROOT, type Tree } from './tree.ts';

const OPERATIONS_NAMES = {
  athena: 'AthenaOperations',
  datazone: 'DataZoneOperations',
  discovery: 'DiscoveryOperations',
  glue: 'GlueOperations',
  periplus: 'PeriplusOperations',
  s3: 'S3Operations',
  sts: 'StsOperations',
} as const;

type Generator = (tree: Tree) => string;

const types = SERVICES.map((service): [string, Generator] => [
  `src/wire/generated/${service}.ts`,
  (tree) => generateTypes(readModel(tree, service), OPERATIONS_NAMES[service]),
]);

/** Path from the root to what makes it: everything that is generated. */
const GENERATORS: ReadonlyMap<string, Generator> = new Map([
  ...types,
  ['docs/compatibility.md', generateCompatibility],
  ['docs/reference/configuration.md', generateConfiguration],
  ['docs/reference/tables.md', generateTables],
  ['docs/reference/state-machines.md', generateStateMachines],
  ['docs/02-layers.md', withLayers],
]);

/** Generated files that the tree does not have as they would be made now. */
export function staleFiles(tree: Tree): readonly string[] {
  return [...GENERATORS].filter(([path, generate]) => tree.read(path) !== generate(tree)).map(([path]) => path);
}

function main(): void {
  const tree = openTree();
  const stale = staleFiles(tree);
  if (process.argv.includes('--check')) {
    for (const path of stale) console.log(`${path}: is stale; run npm run gen`);
    process.exitCode = stale.length === 0 ? 0 : 1;
    return;
  }
  for (const path of stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), GENERATORS.get(path)?.(tree) ?? '');
    console.log(path);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
