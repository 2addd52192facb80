import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TABLES } from '../src/core/records.ts';
import type { Agent } from '../src/fleet/agent.ts';
import { IngestError } from '../src/ingest/errors.ts';
import { type Lake, openLake, type Row, START_MS } from './lake-world.ts';

// Whatever an agent sends ends as a refusal, a dead letter or a row that reads back as it was meant. A batch that was
// taken and then cannot be rolled would stop the lake for everybody: every example is rolled.

let lake: Lake;
let agent: Agent;
let sequence = 0;

beforeAll(async () => {
  lake = await openLake();
  agent = await lake.enroll('fuzz');
});
afterAll(() => lake[Symbol.asyncDispose]());

const NOW = new Date(START_MS).toISOString();
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', ':', '[', ']', '{', '}', ',', "'", '\r', '\t', '\u2028', 'é', '😀'),
    maxLength: 12,
  }),
  fc.constantFrom('', 'null', 'NULL', '"', '\\u0041', '{"a":1}', '2026-03-10', 'x'.repeat(300)),
);
/** JSON texts of a value: what a serializer of another language may write, not only what ours would. */
const textLiteral = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  text.map((value) => JSON.stringify(value).replaceAll('e', '\\u0065').replaceAll('/', '\\/')),
  fc.constantFrom('"\\ud800"', '"\\u0000"', '"a\\u0000b"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"'),
);
const numberLiteral = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.constantFrom(
    ...[
      '-0',
      '0',
      '-0.0',
      '1e2',
      '1E+2',
      '1.0',
      '1.5',
      '100e-2',
      '1e400',
      '-1e400',
      '1e308',
      '5e-324',
      '1e-400',
      '65536',
    ],
    ...['2147483647', '2147483648', '4294967296', '9007199254740993', '18446744073709551616', '1.00000000000000000001'],
    ...['123456789012345678901234567890', '100000000000000000000e-20', `1${'0'.repeat(400)}`, `0.${'3'.repeat(300)}`],
    ...[`1${'0'.repeat(400)}e-400`, `0.${'0'.repeat(400)}1e400`, '2147483647.0', '1e-10', '12345678901234567890123e0'],
  ),
);
const timeLiteral = fc.oneof(
  fc
    .constantFrom(
      ...[
        NOW,
        '2026-03-10T12:00:00Z',
        '2026-03-10T14:00:00.5+02:00',
        '2026-03-10t11:00:00.123456789z',
        '1970-01-01T00:00:00.000Z',
      ],
      ...[
        '2026-02-30T00:00:00.000Z',
        '2026-03-10T24:00:00.000Z',
        '2026-03-10',
        '2026-03-10T12:00:00',
        '9999-12-31T23:59:59.999Z',
      ],
      ...[
        '2024-02-29T23:59:60.000Z',
        '2024-02-29T23:59:59.999-18:00',
        '1969-12-31T23:59:59.999Z',
        '0000-01-01T00:00:00.000Z',
        '',
      ],
      ...['2026-03-10T12:00:00.000+00:00', '1970-01-01T00:00:00.000+01:00', '2026-03-09T23:30:00.000-00:30'],
    )
    .map((value) => JSON.stringify(value)),
  fc.constant(JSON.stringify(NOW).replaceAll(':', '\\u003a')),
);
const literal = fc.oneof(
  { weight: 8, arbitrary: textLiteral },
  { weight: 4, arbitrary: numberLiteral },
  { weight: 4, arbitrary: timeLiteral },
  { weight: 2, arbitrary: fc.constantFrom('null', 'true', 'false') },
  { weight: 1, arbitrary: fc.constantFrom('[]', '{}', '[1]', '{"a":[1]}') },
);
const blank = fc.constantFrom('', '', '', ' ', '\t', '\r', '  ');

const AGENT_TABLES = Object.values(TABLES).filter((schema) => schema.fromAgents);
const fitting: Record<string, fc.Arbitrary<string>> = {
  text: fc.oneof({ weight: 6, arbitrary: textLiteral }, { weight: 1, arbitrary: fc.constant('null') }),
  integer: numberLiteral,
  bigint: numberLiteral,
  double: numberLiteral,
  boolean: fc.constantFrom('true', 'false', 'null'),
  timestamp: timeLiteral,
};

const line = fc.constantFrom(...AGENT_TABLES).chain((schema) =>
  fc.integer({ min: 0, max: 4 }).chain((rows) => {
    const sent = schema.columns.filter((column) => column.server !== true);
    const member = (name: string, value: fc.Arbitrary<string>) =>
      fc
        .tuple(blank, blank, fc.array(value, { minLength: rows, maxLength: rows }))
        .map(([a, b, values]) => `"${name}"${a}:${b}[${values.join(`${a},${b}`)}]`);
    const members = sent.map((column) => {
      const kind = fitting[column.type] ?? literal;
      const value = fc.oneof({ weight: 30, arbitrary: kind }, { weight: 1, arbitrary: literal });
      const plain = fc.constant(`"${column.name}":[${Array(rows).fill(plainValue(column.type)).join(',')}]`);
      const some = fc.oneof({ weight: 3, arbitrary: plain }, { weight: 3, arbitrary: member(column.name, value) });
      return column.required === true
        ? some
        : fc.oneof({ weight: 5, arbitrary: some }, { weight: 1, arbitrary: fc.constant('') });
    });
    const extra = fc.oneof(
      { weight: 12, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: member(sent[0]?.name ?? '', literal) },
      { weight: 1, arbitrary: fc.constantFrom('"name":5', '"agent_id":["x"]', '"other":[]', '"__proto__":[1]') },
    );
    const outer = fc.constantFrom('', '', '', ',"columns":{"name":["y"]}', ',"agent_id":"o-other"', ' ');
    return fc.tuple(fc.tuple(...members), extra, outer, blank).map(([all, more, after, space]) => {
      const inner = [...all, more].filter((part) => part !== '').join(',');
      return `${space}{"table":"${schema.name}","columns":{${inner}}${after}}${space}`;
    });
  }),
);

function plainValue(type: string): string {
  return type === 'timestamp' ? JSON.stringify(NOW) : type === 'text' ? '"t"' : type === 'boolean' ? 'true' : '1';
}

const body = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: line },
      { weight: 1, arbitrary: fc.constantFrom('', '\r', '{}', '[]', '5', 'x') },
    ),
    { maxLength: 3 },
  )
  .chain((lines) => fc.constantFrom('\n', '\r\n', '\n\n').map((end) => lines.map((one) => one + end).join('')));

test('a body of any shape is refused, or every row of it is a dead letter or reads back as it was meant', async () => {
  await fc.assert(
    fc.asyncProperty(body, async (sent) => {
      const before = await countAll();
      const segmentNo = await rolledSegmentNo();
      sequence += 1;
      const answer = await lake.send(agent, `1-${sequence}`, sent).catch((error: unknown) => {
        if (error instanceof IngestError && error.status < 500) return undefined;
        throw error;
      });
      await lake.rollAll().catch(startOver);
      const after = await countAll();
      if (answer === undefined) {
        expect(after).toEqual(before);
        return;
      }
      expect(after.rows - before.rows).toBe(answer.accepted);
      expect(after.dead - before.dead).toBe(answer.rejected.length);
      expect(await rowsAfter(segmentNo)).toEqual(expectedRows(sent, answer.rejected));
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 150) },
  );
}, 600_000);

/** A roll that is stuck would fail every smaller example too, and hide which of them are to blame. */
async function startOver(error: unknown): Promise<never> {
  await lake[Symbol.asyncDispose]();
  lake = await openLake();
  agent = await lake.enroll('fuzz');
  throw error;
}

async function countAll(): Promise<{ rows: number; dead: number }> {
  const files = await lake.liveFiles();
  const sum = (some: typeof files) => some.reduce((total, file) => total + file.rows, 0);
  const sent = files.filter((file) => file.table_name !== 'ingest_errors' && file.table_name !== 'id_mapping_agent');
  return { rows: sum(sent), dead: sum(files.filter((file) => file.table_name === 'ingest_errors')) };
}

/** Rows of the segments after `after`, as JSON would have their values. */
async function rowsAfter(after: number): Promise<string[]> {
  const found: string[] = [];
  for (const { name, columns } of AGENT_TABLES) {
    const files = await lake.state.queries
      .selectFrom('data_files')
      .select(['object_key'])
      .where('table_name', '=', name)
      .where('first_segment_no', '>', after)
      .execute();
    for (const file of files) {
      const selected = columns
        .filter((column) => column.server !== true)
        .map((column) =>
          column.type === 'timestamp' ? `epoch_ms("${column.name}")::DOUBLE AS "${column.name}"` : `"${column.name}"`,
        );
      const rows = await lake.run(
        `SELECT ${selected.join(', ')} FROM read_parquet('${lake.objects.locate(file.object_key)}')`,
      );
      for (const row of rows) found.push(describe(name, row));
    }
  }
  return found.sort();
}

async function rolledSegmentNo(): Promise<number> {
  const log = await lake.state.queries.selectFrom('segment_logs').select('rolled_segment_no').executeTakeFirst();
  return log?.rolled_segment_no ?? 0;
}

/** What the body means, by a reading of JSON that shares nothing with the door but JSON.parse. */
function expectedRows(sent: string, rejected: readonly { table: string; row: number }[]): string[] {
  const expected: string[] = [];
  const refused = new Set(rejected.map(({ table, row }) => `${table}/${row}`));
  const numbered = new Map<string, number>();
  for (const one of sent.split('\n').filter((piece) => piece.trim() !== '')) {
    const { table, columns } = JSON.parse(one) as { table: string; columns: Record<string, unknown[]> };
    const before = numbered.get(table) ?? 0;
    const rows = Object.values(columns)[0]?.length ?? 0;
    numbered.set(table, before + rows);
    for (let row = 0; row < rows; row += 1)
      if (!refused.has(`${table}/${before + row}`)) expected.push(describe(table, meantRow(table, columns, row)));
  }
  return expected.sort();
}

function meantRow(table: string, columns: Record<string, unknown[]>, row: number): Row {
  const schema = AGENT_TABLES.find((candidate) => candidate.name === table);
  const sent = (schema?.columns ?? []).filter((column) => column.server !== true);
  return Object.fromEntries(
    sent.map((column) => [column.name, meant(column.type, columns[column.name]?.[row] ?? null)]),
  );
}

function meant(type: string, value: unknown): unknown {
  if (value === null) return null;
  return type === 'timestamp'
    ? Date.parse(
        String(value)
          .replace(/(\.\d{3})\d+/, '$1')
          .toUpperCase(),
      )
    : value;
}

function describe(table: string, row: Row): string {
  const values = Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? value + 0 : value]);
  return `${table} ${JSON.stringify(values)}`;
}
