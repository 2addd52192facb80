/**
 * `npm run check`: everything that holds without running the product, two checks at a time. One line a check; what a check
 * says is shown only when it failed. Exit code 1 when one failed.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { ROOT } from './tree.ts';

interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const SIDE_BY_SIDE = 2;
const OUTPUT_LINES_MAX = 100;
const BIN = join(ROOT, 'node_modules', '.bin');
const SOURCES = ['src', 'test', 'acceptance', 'bench', 'scripts'].filter((folder) => existsSync(join(ROOT, folder)));

const script = (name: string, ...args: string[]) => ({
  command: process.execPath,
  args: [join('scripts', name), ...args],
});
const tool = (name: string, ...args: string[]) => ({ command: join(BIN, name), args });

/** The longest first, so that nothing long is left for the end. */
const CHECKS: readonly Check[] = [
  { name: 'types', ...tool('tsc', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/check.tsbuildinfo') },
  { name: 'layers and cycles', ...tool('depcruise', '--output-type', 'err', ...SOURCES) },
  {
    name: 'format and lint',
    ...tool('biome', 'check', '--error-on-warnings', '--diagnostic-level=warn', '--reporter=github'),
  },
  { name: 'dead code', ...tool('knip', '--no-progress', '--no-config-hints') },
  { name: 'generated files', ...script('gen.ts', '--check') },
  { name: 'tidy rules', ...script('tidy.ts') },
];

interface Outcome {
  readonly isGood: boolean;
  readonly output: string;
}

async function run({ command, args }: Check): Promise<Outcome> {
  const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}`, NO_COLOR: '1' };
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  child.on('error', (error) => resolve({ isGood: false, output: error.message }));
  child.on('close', (code) => resolve({ isGood: code === 0, output }));
  return promise;
}

async function report(check: Check): Promise<boolean> {
  const startedMs = performance.now();
  const { isGood, output } = await run(check);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${isGood ? 'ok    ' : 'FAILED'}  ${check.name} (${seconds} s)`);
  if (!isGood) console.log(indent(output));
  return isGood;
}

function indent(output: string): string {
  const lines = output.trim().split('\n').map(readable);
  const shown = lines.slice(0, OUTPUT_LINES_MAX).map((line) => `        ${line}`);
  const left = lines.length - shown.length;
  return [...shown, ...(left > 0 ? [`        … and ${left} lines more`] : [])].join('\n');
}

/** A diagnostic that Biome wrote for a machine, as a person reads it. */
function readable(line: string): string {
  const match = /^::\w+ title=([^,]*),file=([^,]*),line=(\d+)[^:]*::(.*)$/.exec(line);
  return match === null ? line : `${relative(ROOT, match[2] ?? '')}:${match[3]}: ${match[1]}: ${match[4]}`;
}

const startedMs = performance.now();
const waiting = [...CHECKS];
const outcomes: boolean[] = [];
async function work(): Promise<void> {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) outcomes.push(await report(check));
}
await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
const failed = outcomes.filter((isGood) => !isGood).length;
console.log(
  `${outcomes.length - failed} passed, ${failed} failed (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`,
);
process.exitCode = failed === 0 ? 0 : 1;
