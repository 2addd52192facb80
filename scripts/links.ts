/** Whether what documents point at is there: relative links with their anchors, and paths in back quotes. */

import { posix } from 'node:path';
import type { Tree } from './tree.ts';

const LINK = /\[[^\]\n]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;
/** `src/core/segment.ts`, `docs/adr/`: a path of the checkout, as documents anchor themselves in the code. */
const ANCHOR = /`((?:src|test|acceptance|scripts|docs|models|bench|\.ci)\/[\w./-]+)`/g;

export function brokenLinks(tree: Tree): string[] {
  return documents(tree).flatMap((path) =>
    [...prose(tree.read(path)).matchAll(LINK)].flatMap((match) => {
      const fault = faultOf(tree, path, match[1] ?? '');
      return fault === undefined ? [] : [`${path}: ${fault}`];
    }),
  );
}

export function brokenAnchors(tree: Tree): string[] {
  return documents(tree).flatMap((path) =>
    [...withoutFences(tree.read(path)).matchAll(ANCHOR)].flatMap((match) => {
      const target = (match[1] ?? '').replace(/\/$/, '');
      // `test/wire-s3` is short for test/wire-s3.test.ts.
      const isThere = exists(tree, target) || tree.has(`${target}.ts`) || tree.has(`${target}.test.ts`);
      return isThere ? [] : [`${path}: names ${target}, which is not there`];
    }),
  );
}

function documents(tree: Tree): readonly string[] {
  return tree.paths.filter((path) => path.endsWith('.md'));
}

function faultOf(tree: Tree, from: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined;
  const [file = '', anchor] = target.split('#', 2);
  const path =
    file === '' ? from : posix.normalize(posix.join(posix.dirname(from), decodeURI(file))).replace(/\/$/, '');
  if (!exists(tree, path)) return `links to ${target}, which is not there`;
  if (anchor === undefined || !path.endsWith('.md')) return undefined;
  return headingIds(tree.read(path)).has(anchor) ? undefined : `links to ${target}, which has no such heading`;
}

function exists(tree: Tree, path: string): boolean {
  return path === '.' || tree.paths.some((known) => known === path || known.startsWith(`${path}/`));
}

/** Ids that readers of Markdown give to headings: lower case, blanks to dashes, marks dropped, repeats numbered. */
function headingIds(text: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const [, heading = ''] of withoutFences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const id = heading
      .toLowerCase()
      .replace(/[`*]/g, '')
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    let numbered = id;
    for (let repeat = 1; ids.has(numbered); repeat += 1) numbered = `${id}-${repeat}`;
    ids.add(numbered);
  }
  return ids;
}

function withoutFences(text: string): string {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
}

function prose(text: string): string {
  return withoutFences(text).replace(/`[^`\n]*`/g, '');
}
