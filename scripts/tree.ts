/**
 * The files of the checkout as the scripts see them: paths from the root, with `/`. What git ignores and what packages
 * installed is left out. Rules take a tree and not the disk, so that a test can hand them one with a fault in it.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Tree {
  /** Ascending. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** Text of a file; empty when there is none. */
  read(path: string): string;
  sizeBytes(path: string): number;
}

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const LEFT_OUT = new Set(['node_modules', '.git', '.periplus', '.periplus-agent', '.venv', '__pycache__']);
const LEFT_OUT_PATHS = new Set(['bench/results']);

export function openTree(root = ROOT): Tree {
  const paths = [...walk(root, '')].sort();
  const known = new Set(paths);
  return {
    paths,
    has: (path) => known.has(path),
    read: (path) => (known.has(path) ? readFileSync(join(root, path), 'utf8') : ''),
    sizeBytes: (path) => statSync(join(root, path)).size,
  };
}

/** A tree that is nowhere on the disk. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return {
    paths: Object.keys(files).sort(),
    has: (path) => Object.hasOwn(files, path),
    read: (path) => files[path] ?? '',
    sizeBytes: (path) => Buffer.byteLength(files[path] ?? ''),
  };
}

function* walk(root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (LEFT_OUT.has(entry.name) || LEFT_OUT_PATHS.has(path) || entry.name.endsWith('.log')) continue;
    if (entry.isDirectory()) yield* walk(root, path);
    else if (entry.isFile()) yield path;
  }
}
