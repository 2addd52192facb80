import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { benchApi } from './api.ts';
import { benchCrash } from './crash.ts';
import { benchExport } from './export.ts';
import { benchFreshness } from './freshness.ts';
import { benchGovernance } from './governance.ts';
import { benchGovernanceCrash } from './governance-crash.ts';
import { benchImport } from './import.ts';
import { benchIngest } from './ingest.ts';
import { benchInventory } from './inventory.ts';
import { type Bench, formatTable } from './measurement.ts';
import { benchQuery } from './query.ts';
import { benchSearch } from './search.ts';

// `npm run bench [-- NAME …]`: runs the named benches, or the usual ones, one after the other, prints a table each and writes
// bench/results/<name>.json. The others take minutes of their own, or are no matter of time.

const BENCHES: Readonly<Record<string, Bench>> = {
  ingest: benchIngest,
  freshness: benchFreshness,
  api: benchApi,
  query: benchQuery,
  search: benchSearch,
  inventory: benchInventory,
  export: benchExport,
  import: benchImport,
  governance: benchGovernance,
  crash: benchCrash,
  'governance-crash': benchGovernanceCrash,
};
const USUAL = ['ingest', 'freshness', 'api', 'query', 'inventory'];
const RESULTS = join(import.meta.dirname, 'results');

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown === undefined) {
  for (const name of asked.length > 0 ? asked : USUAL) await run(name);
} else {
  process.stderr.write(`bench: no bench is called "${unknown}"; there are ${Object.keys(BENCHES).join(', ')}\n`);
  process.exitCode = 2;
}

async function run(name: string): Promise<void> {
  const loadBefore = loadavg()[0];
  process.stderr.write(`${name} …\n`);
  const measurements = (await BENCHES[name]?.()) ?? [];
  const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model, memoryBytes: totalmem(), loadBefore };
  await mkdir(RESULTS, { recursive: true });
  const result = { name, at: new Date().toISOString(), node: process.version, machine, measurements };
  await writeFile(join(RESULTS, `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
  process.stdout.write(`\n${name}\n${formatTable(measurements)}\n`);
}
