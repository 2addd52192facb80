/**
 * What linters do not hold. A rule looks at a tree and tells every fault in a line that begins with the path. Run by
 * `npm run check` and by test/tidy.test.ts, which also shows each rule a fault.
 */

import { fileURLToPath } from 'node:url';
import { OPTIONS, variableOf } from '../src/app/options.ts';
import { staleFiles } from './gen.ts';
import { brokenAnchors, brokenLinks } from './links.ts';
import {
  isComposed,
  listedOperations,
  modelledOperations,
  operationFiles,
  SERVICES,
  serviceFile,
} from './operations.ts';
import { openTree, type Tree } from './tree.ts';

export type Rule = (tree: Tree) => readonly string[];

const LINES_MAX = 500;
const LINES_ODD = 300;
const BLOB_BYTES_MAX = 1024 * 1024;
const ROOM_README_LINES_MAX = 20;
const BANNED_NAMES = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'manager']);

/** Rules by what holds when they find nothing. */
export const RULES: Readonly<Record<string, Rule>> = {
  'generated files are fresh': (tree) => staleFiles(tree).map((path) => `${path}: is stale; run npm run gen`),
  'every option is documented': undocumentedOptions,
  'every error code of the agent protocol is documented': undocumentedAgentErrors,
  'every metric is documented': undocumentedMetrics,
  'every runtime library has its sentence': unexplainedLibraries,
  'links in documents lead somewhere': brokenLinks,
  'paths that documents name are there': brokenAnchors,
  'operations are files and files are operations': strayOperations,
  'no source file is longer than 500 lines': (tree) => longFiles(tree, LINES_MAX),
  'no file name says nothing': bannedNames,
  'what is left to do has the number of its issue': looseMarks,
  'no oversized blobs': oversizedBlobs,
  'every room has a short README': rooms,
  'the change log knows the version': changeLog,
  'test titles say a behaviour, once a file': testTitles,
  'no test is singled out or skipped': skippedTests,
};

/** Source files that look odd: worth a thought, no fault. */
export function oddFiles(tree: Tree): readonly string[] {
  return longFiles(tree, LINES_ODD);
}

function undocumentedOptions(tree: Tree): string[] {
  const page = 'docs/reference/configuration.md';
  const text = tree.read(page);
  const names = Object.keys(OPTIONS).filter(
    (name) => !text.includes(`\`--${name}`) || !text.includes(`\`${variableOf(name)}\``),
  );
  const silent = Object.entries(OPTIONS).filter(([, { help }]) => help.trim() === '');
  return [
    ...names.map((name) => `${page}: does not tell of --${name}`),
    ...silent.map(([name]) => `src/app/options.ts: ${name} has no help`),
  ];
}

function undocumentedAgentErrors(tree: Tree): string[] {
  const page = 'docs/reference/agent-protocol.md';
  const text = tree.read(page);
  const codes = productFiles(tree)
    .filter((path) => /^src\/(?:ingest|app)\//.test(path))
    .flatMap((path) =>
      [...tree.read(path).matchAll(/new IngestError\(\s*\d+,\s*'(\w+)'/g)].map((match) => match[1] ?? ''),
    );
  return [...new Set(codes)]
    .filter((code) => !text.includes(`\`${code}\``))
    .map((code) => `${page}: does not tell of ${code}`);
}

function undocumentedMetrics(tree: Tree): string[] {
  const page = 'docs/07-operations.md';
  const text = tree.read(page);
  const names = [...tree.read('src/app/metrics.ts').matchAll(/name: '(periplus_\w+)'/g)].map((match) => match[1] ?? '');
  return names.filter((name) => !text.includes(`\`${name}\``)).map((name) => `${page}: does not tell of ${name}`);
}

function unexplainedLibraries(tree: Tree): string[] {
  const page = 'docs/adr/0008-runtime-libraries.md';
  const { dependencies } = JSON.parse(tree.read('package.json')) as { dependencies: Readonly<Record<string, string>> };
  const explained = [...tree.read(page).matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '');
  const names = Object.keys(dependencies);
  return [
    ...names.filter((name) => !explained.includes(name)).map((name) => `${page}: does not tell of ${name}`),
    ...explained
      .filter((name) => !names.includes(name))
      .map((name) => `${page}: tells of ${name}, which is no dependency`),
  ];
}

function strayOperations(tree: Tree): string[] {
  return SERVICES.flatMap((service) => {
    const modelled = new Set(modelledOperations(tree, service));
    const listed = new Set(listedOperations(tree, service));
    const files = new Set(operationFiles(tree, service));
    const table = serviceFile(service);
    const composed = files.size === 0 || isComposed(tree, service);
    return [
      ...[...files]
        .filter((name) => !modelled.has(name))
        .map((name) => `src/services/${service}/${name}.ts: is named like no operation of the model`),
      ...[...files]
        .filter((name) => !listed.has(name))
        .map(
          (name) =>
            `src/services/${service}/${name}.ts: is not listed in ${table}, nor in an operations file that it imports`,
        ),
      ...[...listed].filter((name) => !files.has(name)).map((name) => `${table}: lists ${name}, which has no file`),
      ...(composed ? [] : [`${table}: no file of src/app puts it into the server`]),
    ];
  });
}

function longFiles(tree: Tree, linesMax: number): string[] {
  const sources = tree.paths.filter(
    (path) => isTypeScript(path) && path.startsWith('src/') && !path.includes('/generated/'),
  );
  return sources
    .map((path) => ({ path, lines: lineCount(tree.read(path)) }))
    .filter(({ lines }) => lines > linesMax)
    .map(({ path, lines }) => `${path}: has ${lines} lines`);
}

function bannedNames(tree: Tree): string[] {
  const words = (path: string) => path.split('/').flatMap((part) => part.toLowerCase().split(/[.\-_]/));
  return tree.paths
    .filter((path) => words(path).some((word) => BANNED_NAMES.has(word)))
    .map((path) => `${path}: has a name that says nothing`);
}

function looseMarks(tree: Tree): string[] {
  const marks = new RegExp(
    `\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b(?!\\(#\\d+\\))`,
  );
  const texts = tree.paths.filter((path) => /\.(?:[cm]?ts|cjs|py|sh)$/.test(path) && !path.includes('/generated/'));
  return texts.flatMap((path) =>
    places(tree.read(path), marks).map((line) => `${path}:${line}: a mark without the number of an issue`),
  );
}

function oversizedBlobs(tree: Tree): string[] {
  const counted = tree.paths.filter((path) => !path.startsWith('models/') && path !== 'package-lock.json');
  return counted.filter((path) => tree.sizeBytes(path) > BLOB_BYTES_MAX).map((path) => `${path}: is larger than 1 MiB`);
}

/** A room is a folder of src; services and adapters are corridors whose folders are rooms. */
function rooms(tree: Tree): string[] {
  const found = new Set(
    tree.paths.flatMap(
      (path) => /^src\/(?:(?:services|adapters)\/[^/]+|(?!services\/|adapters\/)[^/]+)(?=\/)/.exec(path)?.[0] ?? [],
    ),
  );
  return [...found].flatMap((room) => {
    const path = `${room}/README.md`;
    if (!tree.has(path)) return [`${path}: is missing`];
    const lines = lineCount(tree.read(path));
    return lines > ROOM_README_LINES_MAX ? [`${path}: has ${lines} lines, not at most ${ROOM_README_LINES_MAX}`] : [];
  });
}

function changeLog(tree: Tree): string[] {
  const { version } = JSON.parse(tree.read('package.json')) as { version: string };
  const known = tree
    .read('CHANGELOG.md')
    .split('\n')
    .some((line) => line.startsWith(`## [${version}]`));
  return known ? [] : [`CHANGELOG.md: has no section [${version}]`];
}

const TITLE = /^([ \t]*)(?:it|test)(?:\.each\([^\n]*\))?\(\s*(['"`])((?:(?!\2)[^\\]|\\.)*)\2/gm;

/** A title inside of a block goes on from the block's: one word may be enough there, and blocks may have the same one. */
function testTitles(tree: Tree): string[] {
  return testFiles(tree).flatMap((path) => {
    const found = [...tree.read(path).matchAll(TITLE)].map(([, indent, , title = '']) => ({
      title,
      isNested: indent !== '',
    }));
    const vague = found.filter(
      ({ title, isNested }) => /^(?:should|tests?|works)\b/i.test(title) || !(isNested || /[\s$%]/.test(title)),
    );
    const alone = found.filter(({ isNested }) => !isNested).map(({ title }) => title);
    return [
      ...vague.map(({ title }) => `${path}: "${title}" does not say a behaviour`),
      ...alone.filter((title, at) => alone.indexOf(title) !== at).map((title) => `${path}: "${title}" stands twice`),
    ];
  });
}

function skippedTests(tree: Tree): string[] {
  const singled =
    /\b(?:it|test|describe|suite|bench)\.(?:only|skip|todo)\b|\b(?:fit|xit|fdescribe|xdescribe)\(|@?pytest\.mark\.skip\b/;
  const tests = tree.paths.filter((path) => /\.test\.ts$|^acceptance\/.*\.(?:ts|py)$/.test(path));
  return tests.flatMap((path) =>
    places(tree.read(path), singled).map((line) => `${path}:${line}: singles out or skips a test`),
  );
}

function productFiles(tree: Tree): readonly string[] {
  return tree.paths.filter((path) => path.startsWith('src/') && isTypeScript(path) && !path.endsWith('.test.ts'));
}

function testFiles(tree: Tree): readonly string[] {
  return tree.paths.filter((path) => path.endsWith('.test.ts'));
}

function isTypeScript(path: string): boolean {
  return path.endsWith('.ts');
}

function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Numbers of the lines that match. */
function places(text: string, pattern: RegExp): number[] {
  return text.split('\n').flatMap((line, at) => (pattern.test(line) ? [at + 1] : []));
}

function main(): void {
  const tree = openTree();
  const faults = Object.values(RULES).flatMap((rule) => rule(tree));
  for (const fault of faults) console.log(fault);
  const odd = oddFiles(tree);
  if (odd.length > 0)
    console.error(
      `Longer than ${LINES_ODD} lines: ${odd.map((line) => line.replace(/: has (\d+) lines/, ' ($1)')).join(', ')}`,
    );
  process.exitCode = faults.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
