import { expect, test } from 'vitest';
import { applyRecords } from '../src/imports/apply-records.ts';
import type { ImportTask } from '../src/imports/import-task.ts';
import { CsvReader } from '../src/imports/template/read-csv.ts';
import { isFault, readRecord } from '../src/imports/template/read-record.ts';
import { readTemplateHeader } from '../src/imports/template/template-header.ts';
import { addMembers, putApplications } from '../src/inventory/application-store.ts';
import { QUOTAS } from '../src/inventory/quotas.ts';
import { putTags } from '../src/inventory/tag-store.ts';
import { openExports, readRecords } from './export-world.ts';
import { at, type InventoryWorld, importServer, lineOf, openInventory } from './inventory-world.ts';
import { ACCOUNT, START_MS } from './lake-world.ts';

// The summary export: what it says of an inventory, and that its template can be imported again.

const HEADERS = {
  Application: 'Id,accountNumber,name,description,serverCount,wave,creationTimeStamp,lastModifiedTimeStamp',
  ApplicationResourceAssociation:
    'accountNumber,applicationConfigurationId,applicationName,configId,configType,hostName',
  ImportTemplate:
    'ExternalId,SMBiosId,IPAddress,MACAddress,HostName,VMware.MoRefId,VMware.VCenterId,CPU.NumberOfProcessors,CPU.NumberOfCores,CPU.NumberOfLogicalCores,OS.Name,OS.Version,VMware.VMName,RAM.TotalSizeInMB,RAM.UsedSizeInMB.Avg,RAM.UsedSizeInMB.Max,CPU.UsagePct.Avg,CPU.UsagePct.Max,DiskReadsPerSecondInKB.Avg,DiskWritesPerSecondInKB.Avg,DiskReadsPerSecondInKB.Max,DiskWritesPerSecondInKB.Max,DiskReadsOpsPerSecond.Avg,DiskWritesOpsPerSecond.Avg,DiskReadsOpsPerSecond.Max,DiskWritesOpsPerSecond.Max,NetworkReadsPerSecondInKB.Avg,NetworkWritesPerSecondInKB.Avg,NetworkReadsPerSecondInKB.Max,NetworkWritesPerSecondInKB.Max,Applications,ApplicationWave,Tags,ServerId',
  NetworkInterface:
    'Id,accountNumber,serverId,agentId,connectorId,name,macAddress,ipAddress,netMask,gateway,family,portGroupId,portGroupName,virtualSwitchName,lastModifiedTimeStamp',
  Server:
    'Id,accountNumber,agentId,cpuType,hostName,hypervisor,osName,osVersion,smBiosId,type,creationTimeStamp,lastModifiedTimeStamp,agentProvidedTimeStamp',
  SystemPerformance:
    'Id,accountNumber,serverId,agentId,connectorId,numCpus,numCores,numDisks,numNetworkCards,totalRAM,totalDiskSize,totalDiskFreeSize,avgCpuUsagePct,avgDiskBytesReadPerSecond,avgDiskBytesWrittenPerSecond,avgDiskReadOpsPerSecond,avgDiskWriteOpsPerSecond,avgFreeRAM,avgNetworkBytesReadPerSecond,avgNetworkBytesWrittenPerSecond,maxCpuUsagePct,maxDiskBytesReadPerSecond,maxDiskBytesWrittenPerSecond,maxDiskReadOpsPerSecond,maxDiskWriteOpsPerSecond,maxNetworkBytesReadPerSecond,maxNetworkBytesWrittenPerSecond,lastModifiedTimeStamp',
  Tags: 'accountNumber,configId,configType,key,value,creationTimeStamp',
  VMwareInfo:
    'Id,accountNumber,serverId,connectorId,moRefId,vmName,vCenterId,vCenterName,hostId,datacenterId,vmFolderPath,powerState,toolsStatus,memoryReservation,state,manufacturer,computerManufacturer,computerModel,lastModifiedTimeStamp',
} as const;
const exportsOf = (world: InventoryWorld, changes = {}) => openExports({ ...world, accountId: ACCOUNT }, changes);

test('a summary has the eight files under their exact names and headers, also when there is nothing', async () => {
  await using world = await openInventory();
  const exports = await exportsOf(world);
  const exportId = await exports.tasks.start({ kind: 'SUMMARY' });
  await exports.makeAll();
  const files = await exports.open(exportId);
  expect([...files.keys()]).toEqual(Object.keys(HEADERS).map((name) => `${ACCOUNT}_${name}.csv`));
  for (const [name, header] of Object.entries(HEADERS)) expect(files.get(`${ACCOUNT}_${name}.csv`)).toBe(`${header}\n`);
});

test('a summary tells servers, applications, tags and performance', async () => {
  await using world = await openInventory();
  const { queries } = world.state;
  const serverId = await importServer(world, 'db-1', {
    osName: 'Linux - "Debian", 12',
    numCpus: 2,
    totalRamKb: 4 * 1024 * 1024,
    avgDiskReadsPerSecondKb: 1.5,
    moRefId: 'vm-7',
    vCenterId: 'vc-1',
    interfaces: [{ ipAddress: '10.0.0.1', macAddress: '00:11:22:33:44:55' }, { ipAddress: '10.0.0.2' }],
  });
  const bare = await importServer(world, 'bare', {});
  const application = { applicationId: 'd-application-1', name: 'shop', description: 'a, b', wave: '3' };
  await putApplications(queries, ACCOUNT, [{ ...application, createdAtMs: START_MS, modifiedAtMs: START_MS + 5 }]);
  await addMembers(queries, ACCOUNT, [{ applicationId: 'd-application-1', serverId }]);
  const tag = { configurationId: serverId, configurationType: 'SERVER', createdAtMs: START_MS } as const;
  await putTags(queries, ACCOUNT, [
    { ...tag, key: 'zone', value: '3' },
    { ...tag, key: 'zone', value: '1, 2' },
  ]);
  const exports = await exportsOf(world);
  const exportId = await exports.tasks.start({ kind: 'SUMMARY' });
  await exports.makeAll();
  const files = await exports.open(exportId);
  const records = (name: string) => readRecords(files.get(`${ACCOUNT}_${name}.csv`));
  const time = '2026-03-10 12:00:00.0';
  expect(records('Application')).toMatchObject([
    { Id: 'd-application-1', description: 'a, b', serverCount: '1', wave: '3' },
  ]);
  expect(records('ApplicationResourceAssociation')).toMatchObject([{ configId: serverId, hostName: 'db-1' }]);
  expect(
    records('Server')
      .map((one) => one.Id)
      .sort(),
  ).toEqual([serverId, bare].sort());
  expect(records('Server').find((one) => one.Id === serverId)).toMatchObject({
    osName: 'Linux - "Debian", 12',
    creationTimeStamp: time,
    agentProvidedTimeStamp: '',
  });
  expect(records('SystemPerformance')).toMatchObject([
    { serverId, numCpus: '2', totalRAM: '4096', avgDiskBytesReadPerSecond: '1536', avgCpuUsagePct: '' },
  ]);
  expect(records('VMwareInfo')).toMatchObject([{ serverId, moRefId: 'vm-7', vCenterId: 'vc-1' }]);
  expect(records('NetworkInterface').map((one) => [one.Id, one.ipAddress])).toEqual([
    [`${serverId}/0`, '10.0.0.1'],
    [`${serverId}/1`, '10.0.0.2'],
  ]);
  expect(records('Tags')).toHaveLength(2);
  expect(records('ImportTemplate').find((one) => one.ServerId === serverId)).toMatchObject({
    IPAddress: '10.0.0.1, 10.0.0.2',
    MACAddress: '00:11:22:33:44:55',
    'RAM.TotalSizeInMB': '4096',
    Applications: 'shop',
    ApplicationWave: '3',
    // A value with a comma cannot be said in a list; an import leaves the tags alone.
    Tags: '',
  });
});

test('the template of a summary, imported as it stands, changes nothing', async () => {
  await using world = await openInventory();
  const { state } = world;
  const agent = await world.enroll('host-1');
  const sample = {
    total_num_logical_processors: 3,
    total_cpu_usage_pct: 100 / 3,
    total_ram_in_mb: 15_884.55,
    free_ram_in_mb: 0.7,
  };
  await world.send(
    agent,
    '0-1',
    lineOf('os_info_agent', [{ host_name: 'host-1', os_name: 'Linux, "x"', timestamp: at(0) }]) +
      lineOf('network_interface_agent', [
        { name: 'lo', mac_address: '00:00:00:00:00:00', ip_address: '127.0.0.1', timestamp: at(0) },
        { name: 'eth0', mac_address: '02:FC:00:00:00:01', ip_address: 'fe80::fc:ff:fe00:1', timestamp: at(0) },
      ]) +
      lineOf('sys_performance_agent', [
        { ...sample, timestamp: at(0) },
        { ...sample, total_cpu_usage_pct: 7.1, timestamp: at(1) },
      ]),
  );
  await world.project();
  const ids = [
    await importServer(world, 'imported', { externalId: 'x-1', totalRamKb: 8_388_607, avgFreeRamKb: 1.1, numCpus: 2 }),
    await importServer(world, 'vm', { moRefId: 'vm-7', vCenterId: 'vc-1', vmName: 'a, b', avgUsedRamKb: 1000 }),
  ];
  const application = (id: string, name: string, wave?: string) => ({
    ...{ applicationId: `d-application-${id}`, name, description: '', wave, createdAtMs: 1, modifiedAtMs: 1 },
  });
  await putApplications(state.queries, ACCOUNT, [
    application('1', 'one', 'w1'),
    application('2', 'two'),
    application('3', 'with, comma', 'w3'),
  ]);
  await addMembers(state.queries, ACCOUNT, [
    { applicationId: 'd-application-1', serverId: ids[0] ?? '' },
    { applicationId: 'd-application-2', serverId: ids[0] ?? '' },
    { applicationId: 'd-application-1', serverId: ids[1] ?? '' },
    { applicationId: 'd-application-3', serverId: ids[1] ?? '' },
  ]);
  const tag = { configurationType: 'SERVER', createdAtMs: 5 } as const;
  await putTags(state.queries, ACCOUNT, [
    { ...tag, configurationId: ids[0] ?? '', key: 'a', value: 'b:c' },
    { ...tag, configurationId: ids[1] ?? '', key: 'a', value: 'b, c' },
  ]);
  const before = await everything(world);
  const exports = await exportsOf(world);
  const exportId = await exports.tasks.start({ kind: 'SUMMARY' });
  await exports.makeAll();
  const text = (await exports.open(exportId)).get(`${ACCOUNT}_ImportTemplate.csv`) ?? '';
  world.clock.advance(60_000);
  expect(await importTemplate(world, text)).toEqual([]);
  expect(await everything(world)).toEqual(before);
});

/** The tables that an import may change. */
async function everything({ state }: InventoryWorld) {
  const tables = [
    'inventory_servers',
    'inventory_sources',
    'inventory_keys',
    'applications',
    'application_servers',
    'tags',
  ] as const;
  return Promise.all(tables.map((table) => state.queries.selectFrom(table).selectAll().execute()));
}

/** Imports a file in the template's form. Returns what is wrong with its records. */
async function importTemplate(world: InventoryWorld, text: string): Promise<unknown[]> {
  const reader = new CsvReader();
  const [first, ...entries] = [...reader.push(text), ...reader.end()];
  const header = first?.kind === 'record' ? readTemplateHeader(first.fields, first.text) : undefined;
  if (header === undefined) throw new Error('it is not a template');
  const records = entries.map((entry) => readRecord(entry, header));
  const sound = records.flatMap((record) => (isFault(record) ? [] : [record]));
  const task = { taskId: 'import-task-2', requestedAtMs: world.clock.nowMs() } as ImportTask;
  const context = { accountId: ACCOUNT, task, quotas: QUOTAS.open, random: world.random, nowMs: world.clock.nowMs() };
  const faults = await world.state.transaction((tx) => applyRecords(tx, context, sound));
  return [...records.filter(isFault), ...faults];
}

test('a summary waits for the inventory to hold what was accepted before it', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('host-1');
  await world.send(
    agent,
    '0-1',
    lineOf('os_info_agent', [{ host_name: 'host-1', os_name: 'Linux', timestamp: at(0) }]),
  );
  const exports = await exportsOf(world);
  const exportId = await exports.tasks.start({ kind: 'SUMMARY' });
  await world.rollAll();
  expect(await exports.step()).toBe(false);
  await world.project();
  await exports.makeAll();
  const servers = readRecords((await exports.open(exportId)).get(`${ACCOUNT}_Server.csv`));
  expect(servers).toMatchObject([{ hostName: 'host-1', agentId: agent.agentId, osName: 'Linux' }]);
  expect(servers[0]?.agentProvidedTimeStamp).toBe('2026-03-10 12:00:00.0');
});
