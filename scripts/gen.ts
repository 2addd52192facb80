/** `npm run gen` writes every generated file; `--check` writes nothing and exits 1 when one is stale. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstModel } from '../src/wire/model/smithy-ast.ts';
import { generateTypes } from './gen-types.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SERVICES = ['athena', 'datazone', 'discovery', 'glue', 's3', 'sts'] as const;
const OPERATIONS_NAMES = {
  athena: 'AthenaOperations',
  datazone: 'DataZoneOperations',
  discovery: 'DiscoveryOperations',
  glue: 'GlueOperations',
  s3: 'S3Operations',
  sts: 'StsOperations',
} as const;

/** Path from the root to content: everything that is generated. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const service of SERVICES) {
    const model = JSON.parse(readFileSync(join(ROOT, 'models', `${service}.json`), 'utf8')) as AstModel;
    files.set(`src/wire/generated/${service}.ts`, generateTypes(model, OPERATIONS_NAMES[service]));
  }
  return files;
}

export function staleFiles(): readonly string[] {
  return [...generatedFiles()].filter(([path, text]) => readOrEmpty(join(ROOT, path)) !== text).map(([path]) => path);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function main(): void {
  if (process.argv.includes('--check')) {
    const stale = staleFiles();
    for (const path of stale) console.error(`stale: ${path} (run npm run gen)`);
    process.exitCode = stale.length === 0 ? 0 : 1;
    return;
  }
  for (const [path, text] of generatedFiles()) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
