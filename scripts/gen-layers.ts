/** The table of docs/02-layers.md, from the rules that dependency-cruiser checks; the rest of the page is written by hand. */

import { createRequire } from 'node:module';
import type { Tree } from './tree.ts';

interface CruiserRule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly pathNot?: string | readonly string[] };
}

const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  forbidden: readonly CruiserRule[];
};
const BLOCK = /(<!-- generated: layers -->\n)[\s\S]*?(<!-- end -->)/;

export function withLayers(tree: Tree): string {
  const table = `| room | may import |\n| --- | --- |\n${forbidden.flatMap(describe).join('\n')}\n`;
  return tree.read('docs/02-layers.md').replace(BLOCK, (_all, begin: string, end: string) => `${begin}${table}${end}`);
}

function describe({ name, from, to }: CruiserRule): string[] {
  const room = /^\^src\/([a-z]+)\/$/.exec(from.path ?? '')?.[1];
  if (room === undefined || !name.includes('-imports-only-') || !Array.isArray(to.pathNot)) return [];
  const allowed = to.pathNot
    .map((path: string) => path.replace(/^\^src\/|\/$/g, ''))
    .filter((other: string) => other !== room);
  return [`| \`src/${room}\` | ${allowed.join(', ') || 'nothing'} |`];
}
