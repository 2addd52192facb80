import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { TABLES, type TableName } from '../src/core/records.ts';
import { ExportWindowError } from '../src/exports/tasks/errors.ts';
import { expireExports } from '../src/exports/tasks/expire-exports.ts';
import { ATTEMPTS_MAX } from '../src/exports/tasks/export-task-runner.ts';
import { releaseLease } from '../src/jobs/leases.ts';
import type { LakeWriter } from '../src/ports/sql-engine.ts';
import { StoreFullError } from '../src/ports/store-errors.ts';
import { EXPORT_LEASE, openExports, readCsv } from './export-world.ts';
import { lineOf } from './inventory-world.ts';
import { ACCOUNT, type Lake, openLake, processLine, START_MS } from './lake-world.ts';

const HEADERS = {
  osInfo: 'accountNumber,agentId,osName,osVersion,cpuType,hostName,hypervisor,timestamp',
  networkInterface: 'accountNumber,agentId,name,macAddress,family,ipAddress,gateway,netMask,timestamp',
  process: 'accountNumber,agentId,agentAssignedProcessId,isSystem,name,cmdLine,path,agentProvidedTimeStamp',
  sourceProcessConnection:
    'accountNumber,agentId,sourceIp,sourcePort,destinationIp,destinationPort,ipVersion,transportProtocol,agentAssignedProcessId,agentCreationDate',
  destinationProcessConnection:
    'accountNumber,agentId,sourceIp,sourcePort,destinationIp,destinationPort,ipVersion,transportProtocol,agentAssignedProcessId,agentCreationDate',
  systemPerformance:
    'accountNumber,agentId,totalDiskBytesReadPerSecond (Kbps),totalDiskBytesWrittenPerSecond (Kbps),totalDiskReadOpsPerSecond,totalDiskWriteOpsPerSecond,totalNetworkBytesReadPerSecond (Kbps),totalNetworkBytesWrittenPerSecond (Kbps),totalNumLogicalProcessors,totalNumCores,totalNumCpus,totalNumDisks,totalNumNetworkCards,totalCpuUsagePct,totalDiskSize (GB),totalDiskFreeSize (GB),totalRAM (MB),freeRAM (MB),timestamp',
} as const;

const exportsOf = (lake: Lake, changes = {}) => openExports({ ...lake, accountId: ACCOUNT }, changes);

test('an agent export has the six files and the results, under their exact names and headers', async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host-1');
  const exports = await exportsOf(lake);
  const exportId = await exports.tasks.start({ kind: 'AGENT', agentId: agent.agentId });
  await exports.makeAll();
  const files = await exports.open(exportId);
  expect([...files.keys()].sort()).toEqual(
    [...Object.keys(HEADERS).map((name) => `${ACCOUNT}_${name}.csv`), `${ACCOUNT}_results.json`].sort(),
  );
  for (const [name, header] of Object.entries(HEADERS)) expect(files.get(`${ACCOUNT}_${name}.csv`)).toBe(`${header}\n`);
});

test('an export asked for after a batch was acknowledged holds it, and waits for the roll', async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host-1');
  const exports = await exportsOf(lake);
  await lake.send(agent, '0-1', processLine(['one', 'two, "three"\nfour']));
  const exportId = await exports.tasks.start({ kind: 'AGENT', agentId: agent.agentId });
  expect(await exports.step()).toBe(false);
  expect((await exports.get(exportId)).status).toBe('IN_PROGRESS');
  await lake.rollAll();
  await exports.makeAll();
  const rows = readCsv((await exports.open(exportId)).get(`${ACCOUNT}_process.csv`));
  expect(rows.slice(1).map((row) => row[5])).toEqual(['one', 'two, "three"\nfour']);
  expect(rows[1]).toEqual([ACCOUNT, agent.agentId, '1', '', 'p', 'one', '', '2026-03-10 12:00:00.0']);
  expect(START_MS).toBe(Date.parse('2026-03-10T12:00:00Z'));
});

const HOUR_MS = 3_600_000;
const iso = (timeMs: number) => new Date(timeMs).toISOString();

/** Rows of all six tables, each with odd values, one a minute. */
function rowsOfEverything(fromMs: number, minutes: number): string {
  const times = Array.from({ length: minutes }, (_, minute) => fromMs + minute * 60_000 + (minute % 3) * 120);
  const connection = (timeMs: number, index: number) => ({
    source_ip: `10.0.0.${index % 250}`,
    source_port: 40_000 + index,
    destination_ip: '10.1.0.1',
    destination_port: index % 2 === 0 ? 443 : null,
    ip_version: 'IPv4',
    transport_protocol: 'TCP',
    agent_assigned_process_id: String(index % 7),
    agent_creation_date: iso(timeMs),
  });
  return [
    lineOf('os_info_agent', [{ host_name: 'a "b", c', os_name: '', os_version: null, timestamp: iso(fromMs) }]),
    lineOf('network_interface_agent', [{ name: 'eth0', ip_address: 'fe80::1', timestamp: iso(fromMs + 1) }]),
    lineOf(
      'sys_performance_agent',
      times.map((timeMs, index) => ({
        total_num_cores: index,
        total_cpu_usage_pct: index / 7,
        total_ram_in_mb: 16_384,
        timestamp: iso(timeMs),
      })),
    ),
    lineOf(
      'processes_agent',
      times.map((timeMs, index) => ({
        agent_assigned_process_id: String(index),
        is_system: [true, false, null][index % 3],
        name: `p${index % 5}`,
        cmd_line: `run\n--x="${index}", y`,
        agent_provided_timestamp: iso(timeMs),
      })),
    ),
    lineOf('inbound_connection_agent', times.map(connection)),
    lineOf('outbound_connection_agent', times.map(connection)),
  ].join('');
}

/** The rows of a window as SQL on the lake says them, in the columns and the text forms of the export. */
async function expectedRows(
  lake: Lake,
  table: TableName,
  of: { agentId: string; event: string; fromMs: number; toMs: number },
): Promise<string[]> {
  const rows = await lake.rows(table);
  return rows
    .filter((row) => {
      const timeMs = Date.parse(`${String(row[of.event]).replace(' ', 'T')}Z`);
      return row.agent_id === of.agentId && timeMs >= of.fromMs && timeMs < of.toMs;
    })
    .map((row) =>
      JSON.stringify(
        Object.entries(row).map(([name, value]) => {
          if (name === 'account_number') return ACCOUNT;
          if (value === null) return '';
          const type = TABLES[table].columns.find((column) => column.name === name)?.type;
          const hasFraction = type === 'double' || type === 'timestamp';
          return hasFraction && !String(value).includes('.') ? `${String(value)}.0` : String(value);
        }),
      ),
    )
    .sort();
}

test('the files hold exactly the rows of the agent in the window, over days, compacted or not', async () => {
  await using lake = await openLake();
  const [agent, other] = [await lake.enroll('host-1'), await lake.enroll('host-2')];
  const beginMs = START_MS - 30 * HOUR_MS;
  for (const [index, sender] of [agent, other, agent].entries()) {
    await lake.send(sender, `0-${index + 1}`, rowsOfEverything(beginMs + index * 10 * HOUR_MS, 700));
    await lake.rollAll();
  }
  const window = { fromMs: beginMs + 5 * HOUR_MS, toMs: beginMs + 25 * HOUR_MS + 120 };
  const exports = await exportsOf(lake);
  const compare = async (toMs: number) => {
    const order = { kind: 'AGENT', agentId: agent.agentId, startMs: window.fromMs, endMs: toMs } as const;
    const exportId = await exports.tasks.start(order);
    await exports.makeAll();
    const files = await exports.open(exportId);
    for (const [name, table, event] of [
      ['osInfo', 'os_info_agent', 'timestamp'],
      ['networkInterface', 'network_interface_agent', 'timestamp'],
      ['systemPerformance', 'sys_performance_agent', 'timestamp'],
      ['process', 'processes_agent', 'agent_provided_timestamp'],
      ['destinationProcessConnection', 'inbound_connection_agent', 'agent_creation_date'],
      ['sourceProcessConnection', 'outbound_connection_agent', 'agent_creation_date'],
    ] as const) {
      const rows = readCsv(files.get(`${ACCOUNT}_${name}.csv`)).slice(1);
      const expected = await expectedRows(lake, table, { agentId: agent.agentId, event, fromMs: window.fromMs, toMs });
      const found = rows.map((row) => JSON.stringify(row)).sort();
      // As multisets; what differs is shown, not all there is.
      expect(found.length, name).toBe(expected.length);
      expect(found.filter((row, index) => row !== expected[index]).slice(0, 3), name).toEqual([]);
      if (name === 'process') expect(rows.length).toBeGreaterThan(600);
    }
    return files;
  };
  await compare(window.toMs);
  // Finished days are merged; the export after it reads other files.
  lake.clock.advance(72 * HOUR_MS);
  while (await lake.compactor.compactOnce());
  const files = await compare(window.toMs + 60_000);
  expect(JSON.parse(files.get(`${ACCOUNT}_results.json`) ?? '')).toMatchObject({
    RequestedStartTime: '2026-03-09 11:00:00',
    ExportSummary: { isTruncated: false, ActualStartTime: '2026-03-09 11:00:00', ActualEndTime: '2026-03-10 07:00:00' },
  });
});

test('a compaction in the middle of an export takes nothing from it', async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host-1');
  for (const batch of [1, 2]) {
    await lake.send(agent, `0-${batch}`, rowsOfEverything(START_MS - 40 * HOUR_MS + batch, 30));
    await lake.rollAll();
  }
  lake.clock.advance(72 * HOUR_MS);
  let isMerged = false;
  const exports = await exportsOf(lake, {
    wrapWriter: (writer: LakeWriter): LakeWriter => ({
      run: async (sql, ...values) => {
        if (sql.startsWith('COPY') && !isMerged) {
          isMerged = true;
          while (await lake.compactor.compactOnce());
          await lake.compactor.cleanUp();
        }
        return writer.run(sql, ...values);
      },
      [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
    }),
  });
  const exportId = await exports.tasks.start({ kind: 'AGENT', agentId: agent.agentId });
  await exports.makeAll();
  expect(isMerged).toBe(true);
  expect(readCsv((await exports.open(exportId)).get(`${ACCOUNT}_process.csv`))).toHaveLength(61);
});

test('where quotas are strict an open-ended window is cut to 72 hours from its start', async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host-1');
  const firstMs = START_MS - 100 * HOUR_MS;
  for (const [index, offsetMs] of [0, 72 * HOUR_MS - 1, 72 * HOUR_MS].entries())
    await lake.send(agent, `0-${index + 1}`, processLine([`row ${index}`], iso(firstMs + offsetMs)));
  await lake.rollAll();
  const exports = await exportsOf(lake, { quotas: 'strict' });
  const linesOf = async (window: { startMs?: number; endMs?: number }) => {
    const exportId = await exports.tasks.start({ kind: 'AGENT', agentId: agent.agentId, ...window });
    await exports.makeAll();
    const files = await exports.open(exportId);
    const results = JSON.parse(files.get(`${ACCOUNT}_results.json`) ?? '');
    return [
      readCsv(files.get(`${ACCOUNT}_process.csv`))
        .slice(1)
        .map((row) => row[5]),
      results.RequestedStartTime,
      results.RequestedEndTime,
    ];
  };
  const [start, end] = ['2026-03-06 08:00:00', '2026-03-09 08:00:00'];
  expect(await linesOf({})).toEqual([['row 0', 'row 1'], start, end]);
  expect(await linesOf({ endMs: START_MS })).toEqual([['row 0', 'row 1'], start, end]);
  expect(await linesOf({ startMs: firstMs + 1 })).toEqual([['row 1', 'row 2'], start, end]);
  expect(await linesOf({ endMs: firstMs + 1 })).toEqual([['row 0'], start, start]);
});

test('an export whose server died is made again, and the bytes of the first attempt are not its result', async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host-1');
  await lake.send(agent, '0-1', processLine(['one']));
  await lake.rollAll();
  const exports = await exportsOf(lake);
  const exportId = await exports.tasks.start({ kind: 'AGENT', agentId: agent.agentId });
  // The lease goes to somebody else while the export is made: what is left is what a killed server leaves.
  await releaseLease(lake.state.queries, EXPORT_LEASE);
  await expect(exports.step()).rejects.toMatchObject({
    message: `Attempt 1 at ${exportId} failed.`,
    cause: new Error('Assertion failed: the lease export-tasks is still held'),
  });
  expect(await exports.get(exportId)).toMatchObject({ status: 'IN_PROGRESS', attempts: 1, result: undefined });
  const again = await exportsOf(lake);
  await again.makeAll();
  expect(readCsv((await again.open(exportId)).get(`${ACCOUNT}_process.csv`))).toHaveLength(2);
  const [object] = await lake.state.queries.selectFrom('bucket_objects').select('object_key').execute();
  expect(object?.object_key).toMatch(/!2$/);
});

test(`an export that fails ${ATTEMPTS_MAX} times is given up`, async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host-1');
  await lake.send(agent, '0-1', processLine(['one']));
  await lake.rollAll();
  const broken = {
    wrapWriter: (writer: LakeWriter): LakeWriter => ({
      run: () => Promise.reject(new Error('no')),
      [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
    }),
  };
  const exports = await exportsOf(lake, broken);
  const exportId = await exports.tasks.start({ kind: 'AGENT', agentId: agent.agentId });
  lake.clock.advance(1);
  const summary = await exports.tasks.start({ kind: 'SUMMARY' });
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) await expect(exports.step()).rejects.toThrow('failed');
  await exports.makeAll();
  expect(await exports.get(exportId)).toMatchObject({
    status: 'FAILED',
    failure: `It could not be made in ${ATTEMPTS_MAX} attempts.`,
  });
  // It waits for an inventory, which this world does not have.
  expect((await exports.get(summary)).status).toBe('IN_PROGRESS');
});

test('a full disk is waited for; it does not count as a failure', async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host-1');
  let isFull = true;
  const exports = await openExports({
    ...lake,
    accountId: ACCOUNT,
    objects: {
      ...lake.objects,
      putFile: (key, path) => (isFull ? Promise.reject(new StoreFullError('full')) : lake.objects.putFile(key, path)),
      locate: (key) => lake.objects.locate(key),
    },
  });
  const exportId = await exports.tasks.start({ kind: 'AGENT', agentId: agent.agentId });
  for (let turn = 0; turn <= ATTEMPTS_MAX; turn += 1) await expect(exports.step()).rejects.toThrow('full');
  isFull = false;
  await exports.makeAll();
  expect(await exports.get(exportId)).toMatchObject({ status: 'SUCCEEDED', attempts: 1 });
});

test('a disk that fills up under the files of an export is waited for as well', async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host-1');
  await lake.send(agent, '0-1', processLine(['one']));
  await lake.rollAll();
  let isFull = true;
  const exports = await exportsOf(lake, {
    wrapWriter: (writer: LakeWriter): LakeWriter => ({
      run: (sql) =>
        isFull
          ? Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
          : writer.run(sql),
      [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
    }),
  });
  const exportId = await exports.tasks.start({ kind: 'AGENT', agentId: agent.agentId });
  for (let turn = 0; turn <= ATTEMPTS_MAX; turn += 1) await expect(exports.step()).rejects.toThrow(StoreFullError);
  isFull = false;
  await exports.makeAll();
  expect(await exports.get(exportId)).toMatchObject({ status: 'SUCCEEDED', attempts: 1 });
});

test('a window outside of the years 0 to 9999 is refused', async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host-1');
  await lake.send(agent, '0-1', processLine(['one']));
  await lake.rollAll();
  const exports = await exportsOf(lake);
  const start = (startMs: number | undefined, endMs: number | undefined) =>
    exports.tasks.start({ kind: 'AGENT', agentId: agent.agentId, startMs, endMs });
  const [firstMs, lastMs] = [Date.parse('0000-01-01T00:00:00.000Z'), Date.parse('9999-12-31T23:59:59.999Z')];
  await expect(start(firstMs - 1, undefined)).rejects.toThrow(ExportWindowError);
  await expect(start(undefined, lastMs + 1)).rejects.toThrow(ExportWindowError);
  const exportId = await start(firstMs, lastMs);
  await exports.makeAll();
  expect(readCsv((await exports.open(exportId)).get(`${ACCOUNT}_process.csv`))).toHaveLength(2);
});

test('an export that is interrupted by the end of the server is not counted as begun', async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host-1');
  const stopping = new AbortController();
  const exports = await exportsOf(lake, {
    wrapWriter: (writer: LakeWriter) => {
      stopping.abort();
      return writer;
    },
  });
  const exportId = await exports.tasks.start({ kind: 'AGENT', agentId: agent.agentId });
  expect(await exports.runner.step(stopping.signal)).toBe(false);
  expect(await exports.get(exportId)).toMatchObject({ status: 'IN_PROGRESS', attempts: 0 });
});

test('the data goes after ten days, bytes and all, and the task stays', async () => {
  await using lake = await openLake();
  const agent = await lake.enroll('host-1');
  const exports = await exportsOf(lake);
  const exportId = await exports.tasks.start({ kind: 'AGENT', agentId: agent.agentId });
  await exports.makeAll();
  const [object] = await lake.state.queries.selectFrom('bucket_objects').select('object_key').execute();
  const path = lake.objects.locate(object?.object_key ?? '');
  lake.clock.advance(240 * HOUR_MS - 1);
  expect(await expireExports(lake, ACCOUNT)).toBe(0);
  await stat(path);
  lake.clock.advance(1);
  expect(await expireExports(lake, ACCOUNT)).toBe(1);
  await expect(stat(path)).rejects.toThrow('ENOENT');
  expect(await exports.get(exportId)).toMatchObject({ status: 'SUCCEEDED', result: undefined });
  expect(await lake.state.queries.selectFrom('bucket_objects').select('key').execute()).toEqual([]);
  expect(await expireExports(lake, ACCOUNT)).toBe(0);
});
