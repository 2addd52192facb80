import { cp } from 'node:fs/promises';
import type { AwsClient } from '../src/cli/aws-client.ts';
import { startBenchServer } from './bench-server.ts';
import { type Measurement, quantile } from './measurement.ts';
import { createdAtMs, DOMAIN, database, project, SUBJECTS, writeCatalogue } from './search-catalogue.ts';

const ASSETS = Number(process.env.BENCH_SEARCH_ASSETS ?? 100_000);
const SEARCHES = Number(process.env.BENCH_SEARCH_CALLS ?? 1000);
/** A data folder that has the catalogue already. */
const FROM = process.env.BENCH_SEARCH_FROM;
/** AWS lets an account make so many a second. */
const SEARCH_RATE = 20;
const LISTINGS_RATE = 16;
const PACED_MS = Number(process.env.BENCH_SEARCH_MS ?? 20_000);

interface Answer {
  readonly totalMatchCount: number;
  readonly nextToken?: string;
}

type Question = Readonly<Record<string, unknown>>;

const filter = (attribute: string, value: string) => ({ filter: { attribute, value } });
const since = (index: number) => ({
  filter: { attribute: 'creationTime', intValue: createdAtMs(index), operator: 'GE' },
});
const facet = (attribute: string) => ({ attribute });
const pick = (max: number) => Math.floor(Math.random() * max);
const subject = () => SUBJECTS[pick(SUBJECTS.length)] as string;

/** What people ask, and the worst that they can: `common` is in every asset, `orders` in a column of every asset. */
const QUESTIONS: readonly (() => Question)[] = [
  () => ({}),
  () => ({ searchText: 'common' }),
  () => ({ searchText: 'com' }),
  () => ({ searchText: `${subject()} common` }),
  () => ({ searchText: '"orders" daily' }),
  () => ({ searchText: `${pick(ASSETS)}` }),
  () => ({ searchText: subject(), searchIn: [{ attribute: 'name' }] }),
  () => ({ filters: filter('GlueTableForm.databaseName', database(pick(1000))) }),
  () => ({ filters: filter('typeName', 'GlueTableAssetType'), searchText: 'common' }),
  () => ({ searchText: 'common', filters: filter('owningProjectId', project(pick(50))) }),
  () => ({ filters: { or: [filter('glossaryTerms', 'term1'), filter('GlueTableForm.sourceClassification', 'orc')] } }),
  () => ({ searchText: 'common', sort: { attribute: 'name', order: 'ASCENDING' } }),
  () => ({ searchText: 'common', filters: since(pick(ASSETS)) }),
  () => ({ filters: since(pick(ASSETS)), sort: { attribute: 'creationTime', order: 'ASCENDING' } }),
  () => ({ searchText: 'common', additionalAttributes: ['FORMS'] }),
];

const FACETS = ['GlueTableForm.databaseName', 'owningProjectId', 'GlueTableForm.sourceClassification'];

/** Every second one with facets over all that matches. */
function listingsQuestion(turn: number): Question {
  const question = QUESTIONS[turn % QUESTIONS.length]?.() ?? {};
  return turn % 2 === 0 ? question : { ...question, aggregations: FACETS.map(facet) };
}

function searchQuestion(turn: number): Question {
  return { searchScope: 'ASSET', ...QUESTIONS[turn % QUESTIONS.length]?.() };
}

/** Signed searches over a large catalogue: one after the other, and at the rates that AWS allows. */
export async function benchSearch(): Promise<Measurement[]> {
  const startedAt = performance.now();
  await using server = await startBenchServer({ prepare });
  const seconds = (performance.now() - startedAt) / 1000;
  const { client } = server;
  const first = await time(() => ask(client, 'listings/search', { aggregations: FACETS.map(facet) }));
  await inTurn(QUESTIONS.length * 2, async (turn) => {
    await ask(client, 'search', searchQuestion(turn));
    await ask(client, 'listings/search', listingsQuestion(turn));
  });
  const searches = await inTurn(SEARCHES, (turn) => ask(client, 'search', searchQuestion(turn)));
  const listings = await inTurn(SEARCHES, (turn) => ask(client, 'listings/search', listingsQuestion(turn)));
  const [pacedSearches, pacedListings] = await Promise.all([
    paced(SEARCH_RATE, (turn) => ask(client, 'search', searchQuestion(turn))),
    paced(LISTINGS_RATE, (turn) => ask(client, 'listings/search', listingsQuestion(turn))),
  ]);
  const { totalMatchCount } = await ask(client, 'search', { searchScope: 'ASSET', searchText: 'common' });
  return [
    { name: 'assets, each of them listed', value: totalMatchCount, unit: '', mark: `>= ${ASSETS}` },
    { name: 'written in', value: seconds, unit: 's' },
    { name: 'first facets after a start', value: first, unit: 'ms' },
    ...quantiles('Search', searches, '< 100'),
    ...quantiles('SearchListings', listings, '< 100'),
    ...quantiles(`Search at ${SEARCH_RATE}/s, with the next`, pacedSearches),
    ...quantiles(`SearchListings at ${LISTINGS_RATE}/s`, pacedListings),
    { name: 'memory of the server', value: await server.rssMib(), unit: 'MiB' },
  ];
}

function prepare(dataDir: string): Promise<void> {
  return FROM === undefined ? writeCatalogue(dataDir, ASSETS) : cp(FROM, dataDir, { recursive: true });
}

function quantiles(name: string, latenciesMs: readonly number[], mark?: string): Measurement[] {
  const p99 = { name: `${name}, p99`, value: quantile(latenciesMs, 0.99), unit: 'ms' };
  return [
    { name: `${name}, median`, value: quantile(latenciesMs, 0.5), unit: 'ms' },
    mark === undefined ? p99 : { ...p99, mark },
  ];
}

const ask = (client: AwsClient, path: string, question: Question): Promise<Answer> =>
  client.callDataZone<Answer>('POST', `/v2/domains/${DOMAIN}/${path}`, question);

async function inTurn(turns: number, call: (turn: number) => Promise<unknown>): Promise<number[]> {
  const latenciesMs: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const ms = await time(() => call(turn));
    if (process.env.BENCH_SEARCH_SLOW !== undefined && ms > 60) console.error(turn % QUESTIONS.length, turn % 2, ms);
    latenciesMs.push(ms);
  }
  return latenciesMs;
}

/** Sends at fixed times, whether the one before is answered or not. */
async function paced(perSecond: number, call: (turn: number) => Promise<unknown>): Promise<number[]> {
  const startedAt = performance.now();
  const turns = Math.floor((PACED_MS / 1000) * perSecond);
  return Promise.all(
    Array.from({ length: turns }, async (_, turn) => {
      const wait = startedAt + (turn * 1000) / perSecond - performance.now();
      await new Promise((resolve) => setTimeout(resolve, wait));
      return time(() => call(turn));
    }),
  );
}

async function time(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await call();
  return performance.now() - startedAt;
}
