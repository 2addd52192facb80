import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '../src/core/time.ts';
import { type Agent, type AgentAddress, readAddresses } from '../src/fleet/agent.ts';
import {
  BATCH_BYTES_MAX,
  BATCH_DAYS_MAX,
  BATCH_GAPS_MAX,
  BATCH_ROWS_MAX,
  DEAD_LETTER_BYTES_MAX,
  JSON_CELLS_MAX,
  REJECTED_LISTED_MAX,
  ROW_BYTES_MAX,
} from '../src/ingest/limits.ts';
import { ACCOUNT, type Lake, openLake, processLine, START_MS } from './lake-world.ts';

let lake: Lake;
let agent: Agent;
const denied = new Set<string>();

beforeEach(async () => {
  denied.clear();
  lake = await openLake({ deniedAgents: denied });
  agent = await lake.enroll('host-1');
});
afterEach(() => lake[Symbol.asyncDispose]());

const refusal = (status: number, code: string) => expect.objectContaining({ status, code });
const NOW = new Date(START_MS).toISOString();

async function segmentBytes(): Promise<number> {
  const segments = await lake.state.queries.selectFrom('segments').select('size_bytes').execute();
  return segments.reduce((sum, segment) => sum + segment.size_bytes, 0);
}

/** Rows that each fail for themselves. */
function timelessRows(rows: number): string {
  const columns = {
    agent_assigned_process_id: Array(rows).fill('1'),
    agent_provided_timestamp: Array(rows).fill(null),
  };
  return JSON.stringify({ table: 'processes_agent', columns });
}

/** Rows that fail, of about 76 KB, twice as long in a dead letter. */
function quotedRows(rows: number): string {
  const columns = {
    agent_assigned_process_id: Array(rows).fill('1'),
    cmd_line: Array(rows).fill('"'.repeat(38_000)),
    agent_provided_timestamp: Array(rows).fill('never'),
  };
  return `${JSON.stringify({ table: 'processes_agent', columns })}\n`;
}

/** As if every second number had been taken, down from the highest. */
async function skipNumbers(count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, n) => 2 * n);
  for (let at = 0; at < count; at += 1000) {
    const rows = numbers.slice(at, at + 1000).map((number) => ({
      account_id: ACCOUNT,
      agent_id: agent.agentId,
      epoch: 1,
      first_sequence: number,
      last_sequence: number,
    }));
    await lake.state.queries.insertInto('accepted_batches').values(rows).execute();
  }
}

/** One line padded with blanks, which a JSON reader skips, to an exact size. */
function bodyOfBytes(bytes: number): Buffer {
  const line = processLine(['x']).trimEnd();
  return Buffer.from(line.replace('{"table"', `{${' '.repeat(bytes - line.length)}"table"`));
}

describe('size', () => {
  test('a decoded body of 16 MiB is taken and one byte more is not, in every encoding', async () => {
    const largest = bodyOfBytes(BATCH_BYTES_MAX);
    const tooLarge = bodyOfBytes(BATCH_BYTES_MAX + 1);
    for (const [index, [contentEncoding, encode]] of Object.entries(ENCODINGS).entries()) {
      await expect(lake.send(agent, `1-${index}`, encode(largest), { contentEncoding })).resolves.toMatchObject({
        accepted: 1,
      });
      await expect(lake.send(agent, '2-1', encode(tooLarge), { contentEncoding })).rejects.toEqual(
        refusal(413, 'TooLarge'),
      );
    }
    expect(await lake.rollAll()).toBe(2 * Object.keys(ENCODINGS).length);
  });

  test('a bomb ends at the limit, also one that lies about its size', async () => {
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024));
    const liar = Buffer.from(bomb);
    liar.writeUInt32LE(10, liar.length - 4);
    for (const body of [bomb, liar])
      await expect(lake.send(agent, '1-1', body, { contentEncoding: 'gzip' })).rejects.toEqual(
        refusal(413, 'TooLarge'),
      );
  });

  test('100,000 rows are taken and one more is not', async () => {
    const line = (rows: number) => {
      const columns = {
        agent_assigned_process_id: Array(rows).fill('1'),
        agent_provided_timestamp: Array(rows).fill(NOW),
      };
      return `${JSON.stringify({ table: 'processes_agent', columns })}\n`;
    };
    await expect(lake.send(agent, '1-1', line(BATCH_ROWS_MAX))).resolves.toMatchObject({ accepted: BATCH_ROWS_MAX });
    await expect(lake.send(agent, '1-2', line(BATCH_ROWS_MAX) + line(1))).rejects.toEqual(refusal(413, 'TooLarge'));
    expect(await lake.rollAll()).toBe(BATCH_ROWS_MAX + 1);
  });

  test('a row of 64 KiB is taken and a larger one becomes a dead letter', async () => {
    const others = 1 + 1 + NOW.length;
    const fits = 'x'.repeat(ROW_BYTES_MAX - others);
    const answer = await lake.send(agent, '1-1', processLine([fits, `${fits}x`]));
    expect(answer).toEqual({
      accepted: 1,
      rejected: [{ table: 'processes_agent', row: 1, reason: 'TOO_LARGE' }],
      rejectedRows: 1,
      duplicate: false,
    });
    await lake.rollAll();
    expect(await lake.rows('processes_agent', 'length(cmd_line)::INT AS n')).toEqual([{ n: fits.length }]);
    const [letter] = await lake.rows('ingest_errors', 'reason, payload_truncated, strlen(payload)::INT AS bytes');
    expect(letter).toEqual({ reason: 'TOO_LARGE', payload_truncated: true, bytes: ROW_BYTES_MAX });
  });
});

const ENCODINGS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  identity: (body) => body,
  gzip: (body) => gzipSync(body),
  zstd: (body) => zstdCompressSync(body),
};

describe('what a batch may not cost', () => {
  test.each([
    [BATCH_DAYS_MAX, true],
    [BATCH_DAYS_MAX + 1, false],
  ])('its rows spread over %i days', async (days, isTaken) => {
    const times = Array.from({ length: days }, (_, day) => new Date(START_MS - day * DAY_MS).toISOString());
    const line = JSON.stringify({
      table: 'os_info_agent',
      columns: { host_name: times.map(() => 'h'), timestamp: times },
    });
    const sent = lake.send(agent, '1-0', line);
    if (isTaken) expect(await sent).toMatchObject({ accepted: days });
    else await expect(sent).rejects.toEqual(refusal(413, 'TooLarge'));
  });

  test('a batch whose rows all fail, of quotes that are escaped twice, still rolls', async () => {
    const rows = 200;
    const answer = await lake.send(agent, '1-1', quotedRows(rows));
    expect(answer.rejected).toHaveLength(rows);
    expect(await lake.rollAll()).toBe(rows);
    expect(await lake.rows('ingest_errors', 'count(DISTINCT error_id)::INT AS n')).toEqual([{ n: rows }]);
  });

  test('numbers that grow when they are written anew still roll', async () => {
    const rows = 60_000;
    const amount = /^total_(disk|network).*_(kbps|sec)$/;
    const names = ['total_disk_bytes_read_per_sec_in_kbps', 'total_disk_bytes_written_per_sec_in_kbps'];
    names.push('total_disk_read_ops_per_sec', 'total_disk_write_ops_per_sec');
    names.push('total_network_bytes_read_per_sec_in_kbps', 'total_network_bytes_written_per_sec_in_kbps');
    expect(names.every((name) => amount.test(name))).toBe(true);
    const values = `[${Array(rows).fill('1e20').join(',')}]`;
    const times = `[${Array(rows).fill(`"${NOW}"`).join(',')}]`.replace(NOW, 'never');
    const body = `{"table":"sys_performance_agent","columns":{${names.map((name) => `"${name}":${values}`).join(',')},"timestamp":${times}}}`;
    await expect(lake.send(agent, '1-1', body)).resolves.toMatchObject({ accepted: rows - 1 });
    expect(await lake.rollAll()).toBe(rows + 1);
    const sum =
      'count(*)::INT AS n, max(total_disk_read_ops_per_sec) AS most, min(total_disk_read_ops_per_sec) AS least';
    expect(await lake.rows('sys_performance_agent', sum)).toEqual([{ n: rows - 1, most: 1e20, least: 1e20 }]);
  });

  test('names without end are refused', async () => {
    const long = `{"table":"x","columns":{"${'n'.repeat(256)}":[1]}}`;
    const many = JSON.stringify({
      table: 'x',
      columns: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`c${n}`, [1]])),
    });
    const wide = JSON.stringify({ tables: { x: Array.from({ length: 101 }, (_, n) => ({ [`c${n}`]: 1 })) } });
    await expect(lake.send(agent, '1-1', long)).rejects.toEqual(refusal(422, 'NotABatch'));
    await expect(lake.send(agent, '1-1', many)).rejects.toEqual(refusal(422, 'NotABatch'));
    await expect(lake.send(agent, '1-1', wide, { contentType: 'application/json' })).rejects.toEqual(
      refusal(422, 'NotABatch'),
    );
  });

  test('a line that is refused whole is one dead letter, and the answer says all its rows', async () => {
    const rows = 20_000;
    const line = `{"table":"x","columns":{"y":[${Array(rows).fill('1234567').join(',')}]}}`;
    const answer = await lake.send(agent, '1-1', line + '\n'.repeat(2) + line);
    const listed = Array.from({ length: REJECTED_LISTED_MAX }, (_, row) => ({
      table: 'x',
      row,
      reason: 'SCHEMA_MISMATCH',
    }));
    expect(answer).toEqual({ accepted: 0, rejected: listed, rejectedRows: 2 * rows, duplicate: false });
    expect(await lake.rollAll()).toBe(2);
    const message = 'No table "x" takes rows from agents. The line has 20000 rows.';
    const letter = { message, payload: line.slice(0, ROW_BYTES_MAX), payload_truncated: true };
    expect(await lake.rows('ingest_errors', 'message, payload, payload_truncated')).toEqual([letter, letter]);
    expect(await lake.rows('ingest_errors', 'count(DISTINCT error_id)::INT AS n')).toEqual([{ n: 2 }]);
  });

  test('a name of control characters does not multiply with the rows', async () => {
    const table = '\u0001'.repeat(255);
    const body = JSON.stringify({ table, columns: { y: Array(BATCH_ROWS_MAX).fill(1) } });
    const answer = await lake.send(agent, '1-1', body);
    expect(answer.rejectedRows).toBe(BATCH_ROWS_MAX);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(2 * 1024 * 1024);
    expect(await segmentBytes()).toBeLessThan(256 * 1024);
    expect(await lake.rollAll()).toBe(1);
  });

  test('past a bound one dead letter stands for the rest of a batch', async () => {
    const answer = await lake.send(agent, '1-1', timelessRows(BATCH_ROWS_MAX));
    expect(answer).toMatchObject({ accepted: 0, rejectedRows: BATCH_ROWS_MAX });
    expect(await segmentBytes()).toBeLessThan(DEAD_LETTER_BYTES_MAX);
    const letters = await lake.rollAll();
    const [rest] = await lake
      .rows('ingest_errors', `message, payload, payload_truncated`)
      .then((all) => all.filter((letter) => letter.payload === ''));
    expect(rest).toEqual({
      message: expect.stringContaining(`all further rejected rows of the batch, ${BATCH_ROWS_MAX - (letters - 1)},`),
      payload: '',
      payload_truncated: true,
    });
  });

  test('what a small batch grows to counts among what waits for the disk', async () => {
    const disk = Promise.withResolvers<void>();
    await using slow = await openLake({
      wrapObjects: (objects) => ({
        ...objects,
        put: async (key, parts) => {
          await disk.promise;
          return objects.put(key, parts);
        },
      }),
    });
    const sender = await slow.enroll('host-1');
    const sent = Promise.allSettled(Array.from({ length: 8 }, (_, n) => slow.send(sender, `1-${n}`, quotedRows(200))));
    setTimeout(() => disk.resolve(), 3000);
    const refused = (await sent).filter((one) => one.status === 'rejected');
    expect(refused.length).toBeGreaterThan(1);
    expect(refused.every((one) => one.reason.code === 'Overloaded')).toBe(true);
  }, 30_000);

  test('rows times columns of a JSON batch are bounded', async () => {
    const json = { contentType: 'application/json' };
    const wide = (columns: number) => {
      const first = Object.fromEntries(Array.from({ length: columns }, (_, n) => [`c${n}`, 1]));
      return JSON.stringify({ tables: { x: [first, ...Array(BATCH_ROWS_MAX - 1).fill({})] } });
    };
    const fitting = JSON_CELLS_MAX / BATCH_ROWS_MAX;
    await expect(lake.send(agent, '1-1', wide(fitting), json)).resolves.toMatchObject({ rejectedRows: BATCH_ROWS_MAX });
    for (const columns of [fitting + 1, 100])
      await expect(lake.send(agent, '1-2', wide(columns), json)).rejects.toEqual(refusal(413, 'TooLarge'));
    const tables = { x: Array(BATCH_ROWS_MAX).fill({}), y: [{}] };
    await expect(lake.send(agent, '1-2', JSON.stringify({ tables }), json)).rejects.toEqual(refusal(413, 'TooLarge'));
  });

  test('lists nested without end are a dead letter, or not a batch', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const columns = `{"agent_assigned_process_id":["1","2"],"name":[${deep},"fine"],"agent_provided_timestamp":["${NOW}","${NOW}"]}`;
    const answer = await lake.send(agent, '1-1', `{"table":"processes_agent","columns":${columns}}`);
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ row: 0, reason: 'UNDECODABLE' }] });
    const json = `{"tables":{"processes_agent":[{"name":${deep}}]}}`;
    await expect(lake.send(agent, '1-2', json, { contentType: 'application/json' })).rejects.toEqual(
      refusal(422, 'NotABatch'),
    );
    await lake.rollAll();
    const [letter] = await lake.rows('ingest_errors', 'payload');
    expect(letter?.payload).toContain('"agent_assigned_process_id":"1","name":"(nested too deep)"');
  });

  test('addresses of an agent are few and short, whatever it sends', async () => {
    const ips = ['127.0.0.1', 'x'.repeat(46), ...Array.from({ length: 300 }, (_, n) => `10.0.${n >> 8}.${n & 255}`)];
    const macs = ips.map((_, row) => (row === 2 ? 'm'.repeat(65) : 'm'.repeat(64)));
    const columns = { ip_address: ips, mac_address: macs, timestamp: ips.map(() => NOW) };
    const body = JSON.stringify({ table: 'network_interface_agent', columns });
    await expect(lake.send(agent, '1-1', body)).resolves.toMatchObject({ accepted: ips.length });
    const addresses: AgentAddress[] = [];
    for await (const known of lake.fleet.list()) addresses.push(...readAddresses(known));
    expect(addresses).toHaveLength(256);
    expect(addresses[0]).toEqual({ ipAddress: '10.0.0.1', macAddress: 'm'.repeat(64) });
  });

  test('more batches than fit a group, all at once, are each taken once', async () => {
    const agents = await Promise.all(Array.from({ length: 60 }, (_, n) => lake.enroll(`many-${n}`)));
    const sent = agents.flatMap((one) =>
      Array.from({ length: 20 }, (_, n) => lake.send(one, `1-${n}`, processLine([`${n}`]))),
    );
    expect((await Promise.all(sent)).every((answer) => answer.accepted === 1 && !answer.duplicate)).toBe(true);
    await lake.rollAll();
    expect(await lake.rows('processes_agent', 'count(*)::INT AS n')).toEqual([{ n: sent.length }]);
  });

  test('thousands of numbers that were refused once do not stop an agent', async () => {
    const refusedBefore = 9999;
    await skipNumbers(refusedBefore);
    const next = 2 * refusedBefore + 2;
    await expect(lake.send(agent, `1-${next}`, processLine(['a']))).resolves.toMatchObject({ accepted: 1 });
    await expect(lake.send(agent, `1-${next + 1}`, processLine(['b']))).resolves.toMatchObject({ accepted: 1 });
    await expect(lake.send(agent, `1-${next}`, processLine(['a']))).resolves.toMatchObject({ duplicate: true });
    await expect(lake.send(agent, '1-4', processLine(['a']))).resolves.toMatchObject({ duplicate: true });
    const kept = await lake.state.queries.selectFrom('accepted_batches').select('last_sequence').execute();
    expect(kept).toHaveLength(refusedBefore + 1);
  });

  test('an agent that skips too many numbers is refused, and the others of its group are not', async () => {
    const other = await lake.enroll('host-2');
    await skipNumbers(BATCH_GAPS_MAX);
    const [skipped, fine] = await Promise.allSettled([
      lake.send(agent, '1-1000000', processLine(['skipped'])),
      lake.send(other, '1-1', processLine(['fine'])),
    ]);
    expect(skipped).toMatchObject({ status: 'rejected', reason: refusal(422, 'TooManyGaps') });
    expect(fine).toMatchObject({ status: 'fulfilled', value: { accepted: 1 } });
    await expect(lake.send(agent, '1-1', processLine(['gap filled']))).resolves.toMatchObject({ accepted: 1 });
  });
});

describe('forms', () => {
  test.each(['1', '-1', '1-', 'a-1', '1-1-1', '1.0-1', '+1-1', ' 1-1', `1-${'9'.repeat(16)}`, undefined])(
    'the batch number %j is refused',
    async (batchNumber) => {
      const upload = {
        batchNumber,
        contentType: 'application/x-ndjson',
        contentEncoding: undefined,
        body: Buffer.alloc(0),
      };
      await expect(lake.ingest.accept(agent, upload)).rejects.toEqual(refusal(422, 'NotABatch'));
    },
  );

  test('the largest batch number and leading zeros are one number each', async () => {
    const largest = `${'9'.repeat(15)}-${'9'.repeat(15)}`;
    await expect(lake.send(agent, largest, '')).resolves.toMatchObject({ duplicate: false });
    await expect(lake.send(agent, largest, '')).resolves.toMatchObject({ duplicate: true });
    await expect(lake.send(agent, '7-7', '')).resolves.toMatchObject({ duplicate: false });
    await expect(lake.send(agent, '007-007', '')).resolves.toMatchObject({ duplicate: true });
  });

  test('encodings and content types that are not offered are refused', async () => {
    for (const contentEncoding of ['br', 'gzip, gzip', 'constructor'])
      await expect(lake.send(agent, '1-1', '', { contentEncoding })).rejects.toEqual(
        refusal(415, 'UnsupportedEncoding'),
      );
    for (const contentType of ['text/plain', undefined, ''])
      await expect(lake.send(agent, '1-1', '', { contentType })).rejects.toEqual(
        refusal(415, 'UnsupportedContentType'),
      );
    for (const body of ['not gzip', '', '\u001f\u008b'])
      await expect(lake.send(agent, '1-1', body, { contentEncoding: 'gzip' })).rejects.toEqual(
        refusal(422, 'NotABatch'),
      );
    const cut = gzipSync(processLine(['x'])).subarray(0, -9);
    await expect(lake.send(agent, '1-1', cut, { contentEncoding: 'gzip' })).rejects.toEqual(refusal(422, 'NotABatch'));
    await expect(lake.send(agent, '1-1', Buffer.from([0xff, 0xfe]))).rejects.toEqual(refusal(422, 'NotABatch'));
  });

  test('rows as JSON objects mean the same as columns', async () => {
    const rows = [
      { agent_assigned_process_id: '1', cmd_line: 'a', agent_provided_timestamp: NOW },
      { agent_assigned_process_id: '2', is_system: true, agent_provided_timestamp: NOW },
    ];
    const body = JSON.stringify({ tables: { processes_agent: rows } });
    await expect(lake.send(agent, '1-1', body, { contentType: 'application/json' })).resolves.toMatchObject({
      accepted: 2,
    });
    await lake.rollAll();
    expect(await lake.rows('processes_agent', 'agent_assigned_process_id AS id, cmd_line, is_system')).toEqual([
      { id: '1', cmd_line: 'a', is_system: null },
      { id: '2', cmd_line: null, is_system: true },
    ]);
  });
});

describe('agents that are not to send', () => {
  test('rows of a stopped agent are acknowledged, dropped and counted', async () => {
    await lake.fleet.stopCollection([agent.agentId]);
    const stopped = { ...agent, collection: 'STOPPED' as const };
    await expect(lake.send(stopped, '1-1', processLine(['a', 'b']))).resolves.toMatchObject({ accepted: 2 });
    expect(await lake.rollAll()).toBe(0);
    const row = await lake.state.queries.selectFrom('agents').select('rows_dropped').executeTakeFirstOrThrow();
    expect(row.rows_dropped).toBe(2);
  });

  test('rows of a refused agent are dead letters once, however often it sends them', async () => {
    const refused = { ...agent, health: 'BLACKLISTED' as const };
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(lake.send(refused, '1-1', processLine(['a', 'b']))).rejects.toEqual(refusal(403, 'Blacklisted'));
    await lake.rollAll();
    expect(await lake.rows('processes_agent')).toEqual([]);
    const payload = processLine(['a', 'b']).trimEnd();
    expect(await lake.rows('ingest_errors', 'reason, payload')).toEqual([{ reason: 'AGENT_REFUSED', payload }]);
  });
});

describe('repeats', () => {
  test('a batch number is taken once, also when it comes twice at the same moment', async () => {
    const sent = Array.from({ length: 5 }, () => lake.send(agent, '1-1', processLine(['once'])));
    const answers = await Promise.all(sent);
    expect(answers.filter((answer) => answer.duplicate)).toHaveLength(4);
    await expect(lake.send(agent, '1-1', processLine(['again']))).resolves.toMatchObject({
      duplicate: true,
      accepted: 0,
    });
    await lake.rollAll();
    expect(await lake.rows('processes_agent', 'cmd_line')).toEqual([{ cmd_line: 'once' }]);
  });

  test('two lines of a table number their rows on, so that dead letters keep ids of their own', async () => {
    const answer = await lake.send(agent, '1-1', processLine(['a'], 'never') + processLine(['b', 'c'], 'never'));
    expect(answer.rejected.map(({ row }) => row)).toEqual([0, 1, 2]);
    await lake.rollAll();
    expect(await lake.rows('ingest_errors', 'count(DISTINCT error_id)::INT AS n')).toEqual([{ n: 3 }]);
  });
});

describe('room on the disk', () => {
  test('is looked at again when the clock was put back', async () => {
    let freeBytes = 0;
    await using full = await openLake({
      freeBytesMin: 1,
      wrapObjects: (objects) => ({ ...objects, freeBytes: async () => freeBytes }),
    });
    const sender = await full.enroll('host-1');
    await expect(full.send(sender, '1-1', processLine(['a']))).rejects.toEqual(refusal(503, 'StoreFull'));
    freeBytes = 10;
    full.clock.set(START_MS - 3_600_000);
    await expect(full.send(sender, '1-1', processLine(['a']))).resolves.toMatchObject({ rejectedRows: 1 });
  });
});
