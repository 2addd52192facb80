import { expect, test } from 'vitest';
import { openExports, readCsv } from './export-world.ts';
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

const exportsOf = (lake: Lake, changes = {}) =>
  openExports({ ...lake, random: lake.random, accountId: ACCOUNT }, changes);

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
