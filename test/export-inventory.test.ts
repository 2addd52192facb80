import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Ec2Preferences } from '../src/exports/tasks/export-task.ts';
import { applyRecords } from '../src/imports/apply-records.ts';
import type { ImportTask } from '../src/imports/import-task.ts';
import { CsvReader } from '../src/imports/template/read-csv.ts';
import { isFault, readRecord } from '../src/imports/template/read-record.ts';
import { readTemplateHeader } from '../src/imports/template/template-header.ts';
import { addMembers, putApplications } from '../src/inventory/application-store.ts';
import { applySources } from '../src/inventory/apply-sources.ts';
import { QUOTAS } from '../src/inventory/quotas.ts';
import type { ServerAttributes } from '../src/inventory/server-attributes.ts';
import { putTags } from '../src/inventory/tag-store.ts';
import { openExports, readCsv } from './export-world.ts';
import { at, type InventoryWorld, lineOf, openInventory } from './inventory-world.ts';
import { ACCOUNT, START_MS } from './lake-world.ts';

// Exports that are made of the inventory: the summary, and EC2 recommendations.

const SPEC: Ec2Preferences = {
  cpu: { name: 'SPEC', percentageAdjust: 100 },
  ram: { name: 'SPEC', percentageAdjust: 100 },
  tenancy: 'SHARED',
  excludedInstanceTypes: [],
  region: 'us-west-2',
};
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
const EC2_HEADER =
  'ServerId,Server.ExternalId,Server.HostName,Server.VMware.VMname,Recommendation.EC2.Remarks,Server.OS.Name,Server.OS.Version,Server.CPU.NumberOfProcessors,Server.CPU.NumberOfCores,Server.CPU.NumberOfLogicalCores,Recommendation.EC2.RequestedCPU.UsagePct,Recommendation.EC2.RequestedvCPU,Server.RAM.TotalSizeInMB,Recommendation.EC2.RequestedRAM.UsagePct,Recommendation.EC2.RequestedRAMinMB,Recommendation.EC2.Instance.Model,Recommendation.EC2.Instance.vCPUCount,Recommendation.EC2.Instance.RAM.TotalSizeinMB,Recommendation.EC2.Instance.Price.UpfrontCost,Recommendation.EC2.Instance.Price.HourlyRate,Recommendation.EC2.Instance.Price.AmortizedHourlyRate,Recommendation.EC2.Instance.Price.EffectiveDate.UTC,Recommendation.EC2.Instance.OSType,UserPreference.Recommendation.CPUSizing,UserPreference.Recommendation.RAMSizing,UserPreference.Region,UserPreference.EC2.Tenancy,UserPreference.EC2.PricingModel,UserPreference.EC2.PricingModel.ContractTerm,UserPreference.EC2.PricingModel.Payment,UserPreference.EC2.ExcludedInstances,Applications,Tags,Server.SMBiosId,Server.VMware.MoRefId,Server.VMware.VCenterId,Server.VMware.vCenterName,Server.VMware.vmFolderPath,Server.CPU.UsagePct.Avg,Server.CPU.UsagePct.Max,Server.RAM.UsedSizeInMB.Avg,Server.RAM.UsedSizeInMB.Max,Server.RAM.UsagePct.Avg,Server.RAM.UsagePct.Max,Server.NumberOfDisks,Server.DiskReadsPerSecondInKB.Avg,Server.DiskWritesPerSecondInKB.Avg,Server.DiskReadsPerSecondInKB.Max,Server.DiskWritesPerSecondInKB.Max,Server.DiskReadOpsPerSecond.Avg,Server.DiskWriteOpsPerSecond.Avg,Server.DiskReadOpsPerSecond.Max,Server.DiskWriteOpsPerSecond.Max,Server.NetworkReadsPerSecondInKB.Avg,Server.NetworkWritesPerSecondInKB.Avg,Server.NetworkReadsPerSecondInKB.Max,Server.NetworkWritesPerSecondInKB.Max';

const exportsOf = (world: InventoryWorld, changes = {}) => openExports({ ...world, accountId: ACCOUNT }, changes);

/** A server that an import describes. Returns its id. */
async function addServer(world: InventoryWorld, name: string, attributes: ServerAttributes): Promise<string> {
  const observed = { observedAtMs: START_MS, attributes: { hostName: name, ...attributes } };
  const source = { kind: 'IMPORT', id: `import-task-1/${name}`, sections: { record: observed } } as const;
  const [applied] = await world.state.transaction((tx) =>
    applySources(tx, { accountId: ACCOUNT, nowMs: START_MS }, [source]),
  );
  return applied?.serverId ?? '';
}

/** Records by column. */
function readRecords(text: string | undefined): Record<string, string>[] {
  const [header = [], ...records] = readCsv(text);
  return records.map((record) => Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])));
}

async function recommend(world: InventoryWorld, preferences: Partial<Ec2Preferences>, changes = {}) {
  const exports = await exportsOf(world, changes);
  const exportId = await exports.tasks.start({ kind: 'EC2', preferences: { ...SPEC, ...preferences } });
  await exports.makeAll();
  const files = await exports.open(exportId);
  const [[name, text] = ['', '']] = files;
  return { name, text, records: readRecords(text) };
}

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
  const serverId = await addServer(world, 'db-1', {
    osName: 'Linux - "Debian", 12',
    numCpus: 2,
    totalRamKb: 4 * 1024 * 1024,
    avgDiskReadsPerSecondKb: 1.5,
    moRefId: 'vm-7',
    vCenterId: 'vc-1',
    interfaces: [{ ipAddress: '10.0.0.1', macAddress: '00:11:22:33:44:55' }, { ipAddress: '10.0.0.2' }],
  });
  const bare = await addServer(world, 'bare', {});
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
    await addServer(world, 'imported', { externalId: 'x-1', totalRamKb: 8_388_607, avgFreeRamKb: 1.1, numCpus: 2 }),
    await addServer(world, 'vm', { moRefId: 'vm-7', vCenterId: 'vc-1', vmName: 'a, b', avgUsedRamKb: 1000 }),
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

test('recommendations have the exact header, and say that the prices are examples', async () => {
  await using world = await openInventory();
  const size = { numLogicalProcessors: 4, totalRamKb: 8 * 1024 * 1024 };
  await addServer(world, 'linux', { ...size, osName: 'Linux - Debian 12', externalId: 'x-1' });
  await addServer(world, 'sles', { ...size, osName: 'SUSE Linux Enterprise Server 15' });
  await addServer(world, 'strange', { ...size, osName: 'Plan 9' });
  await addServer(world, 'huge', { ...size, osName: 'Linux', numLogicalProcessors: 1000 });
  await addServer(world, 'unknown', { osName: 'Linux' });
  const { name, text, records } = await recommend(world, {});
  expect(name).toBe('EC2InstanceRecommendations-SPEC-2026-03-10.csv');
  expect(text.split('\n')[0]).toBe(EC2_HEADER);
  const of = (host: string) => records.find((one) => one['Server.HostName'] === host) ?? {};
  const example = 'The price is a dated example; replace the price file before you rely on it.';
  expect(of('linux')).toMatchObject({
    'Server.ExternalId': 'x-1',
    'Recommendation.EC2.Remarks': example,
    'Recommendation.EC2.RequestedvCPU': '4',
    'Recommendation.EC2.RequestedRAMinMB': '8192',
    'Recommendation.EC2.Instance.Model': 't3.xlarge',
    'Recommendation.EC2.Instance.Price.HourlyRate': '0.1664',
    'Recommendation.EC2.Instance.Price.AmortizedHourlyRate': '0.1664',
    'Recommendation.EC2.Instance.Price.EffectiveDate.UTC': '2025-01-01',
    'Recommendation.EC2.Instance.OSType': 'Linux',
    'UserPreference.Recommendation.CPUSizing': 'SPEC',
    'UserPreference.EC2.PricingModel': 'On-Demand',
  });
  expect(of('sles')).toMatchObject({
    'Recommendation.EC2.Remarks':
      'No prices of SLES in us-west-2 are known for what was asked; the smallest type that fits was chosen.',
    'Recommendation.EC2.Instance.Model': 'c5.xlarge',
    'Recommendation.EC2.Instance.Price.HourlyRate': '',
  });
  expect(of('strange')['Recommendation.EC2.Remarks']).toBe(
    `Server.OS.Name wasn't recognized. "Linux" was used as the default operating system for this instance recommendation. ${example}`,
  );
  expect(of('huge')).toMatchObject({
    'Recommendation.EC2.Remarks': 'No instance type meets the requirements of this server.',
    'Recommendation.EC2.Instance.Model': '',
    'Recommendation.EC2.Instance.OSType': '',
  });
  expect(of('unknown')).toMatchObject({
    'Recommendation.EC2.Remarks': 'The CPU cores or the memory of this server are not known.',
    'Recommendation.EC2.Instance.Model': '',
  });
});

const PRICE_HEADER =
  'region,instanceType,osType,tenancy,pricingModel,contractTerm,payment,offeringClass,vCPU,ramMB,architecture,currentGeneration,upfront,hourly,effectiveDate';

test('reserved terms, tenancy and Region choose the rows of the price file', async () => {
  await using world = await openInventory();
  await addServer(world, 'one', { osName: 'Linux', numLogicalProcessors: 2, totalRamKb: 1024 * 1024 });
  const pricesFile = join(world.folder, 'prices.csv');
  const row = (type: string, model: string, price: string, tenancy = 'SHARED', region = 'eu-west-1') =>
    `${region},${type},linux,${tenancy},${model},2,1024,x86_64,true,${price},2026-01-01`;
  await writeFile(
    pricesFile,
    `${[
      PRICE_HEADER,
      row('demand.large', 'On-Demand,,,', ',0.2'),
      row('upfront.large', 'Reserved,THREE_YEAR,ALL_UPFRONT,STANDARD', '2628,0'),
      row('partial.large', 'Reserved,THREE_YEAR,PARTIAL_UPFRONT,STANDARD', '1314,0.06'),
      row('other.large', 'Reserved,ONE_YEAR,ALL_UPFRONT,CONVERTIBLE', '1,0'),
      row('alone.large', 'On-Demand,,,', ',0.9', 'DEDICATED'),
    ].join('\r\n')}\r\n`,
  );
  const modelOf = async (preferences: Partial<Ec2Preferences>) => {
    const [record] = (await recommend(world, { region: 'eu-west-1', ...preferences }, { pricesFile })).records;
    return [
      record?.['Recommendation.EC2.Instance.Model'],
      record?.['Recommendation.EC2.Instance.Price.UpfrontCost'],
      record?.['Recommendation.EC2.Instance.Price.AmortizedHourlyRate'],
      record?.['Recommendation.EC2.Remarks'],
    ];
  };
  const reserved = { offeringClass: 'STANDARD', termLength: 'THREE_YEAR' } as const;
  expect(await modelOf({})).toEqual(['demand.large', '0', '0.2', '']);
  expect(await modelOf({ tenancy: 'DEDICATED' })).toEqual(['alone.large', '0', '0.9', '']);
  expect(await modelOf({ reserved: { ...reserved, purchasingOption: 'ALL_UPFRONT' } })).toEqual([
    'upfront.large',
    '2628',
    '0.1',
    '',
  ]);
  expect(await modelOf({ reserved: { ...reserved, purchasingOption: 'PARTIAL_UPFRONT' } })).toEqual([
    'partial.large',
    '1314',
    '0.11',
    '',
  ]);
  expect((await modelOf({ region: 'us-east-1' }))[3]).toContain('No prices of Linux in us-east-1');
  expect((await modelOf({ excludedInstanceTypes: ['demand.large'] }))[3]).toContain('No instance type meets');
});

test.each([
  [
    'a number that is none',
    `${PRICE_HEADER}\nr,t,Linux,SHARED,On-Demand,,,,x,1,x86_64,true,,1,d\n`,
    'line 2: vCPU must be a number of at least 0',
  ],
  [
    'an unknown system',
    `${PRICE_HEADER}\nr,t,BeOS,SHARED,On-Demand,,,,1,1,x86_64,true,,1,d\n`,
    'line 2: osType must be one of Linux, Windows, RHEL, SLES',
  ],
  ['too few fields', `${PRICE_HEADER}\nr,t\n`, 'Invalid Record Length'],
])('a price file with %s fails the export, and says where', async (_, text, expected) => {
  await using world = await openInventory();
  const pricesFile = join(world.folder, 'prices.csv');
  await writeFile(pricesFile, text);
  const exports = await exportsOf(world, { pricesFile });
  const exportId = await exports.tasks.start({ kind: 'EC2', preferences: SPEC });
  await exports.makeAll();
  const task = await exports.get(exportId);
  expect(task.status).toBe('FAILED');
  expect(task.failure).toContain(`The price file prices.csv cannot be used: ${expected}`);
});

test('a percentile is of all samples of the server, interpolated, and null samples are left out', async () => {
  await using world = await openInventory();
  const [busy, idle] = [await world.enroll('busy'), await world.enroll('idle')];
  const sample = (second: number, cpu: number | null, freeMb: number) => ({
    total_num_logical_processors: 8,
    total_cpu_usage_pct: cpu,
    total_ram_in_mb: 10_000,
    free_ram_in_mb: freeMb,
    timestamp: at(second * 1000),
  });
  const cpu = [10, 20, 30, 40];
  await world.send(
    busy,
    '0-1',
    lineOf(
      'sys_performance_agent',
      cpu.map((pct, index) => sample(index, pct, 9000 - index * 1000)),
    ),
  );
  await world.send(busy, '0-2', lineOf('sys_performance_agent', [sample(9, 100, 5000), sample(10, null, 5000)]));
  await world.send(idle, '0-1', lineOf('os_info_agent', [{ host_name: 'idle', os_name: 'Linux', timestamp: at(0) }]));
  await world.project();
  const { records, name } = await recommend(world, {
    cpu: { name: 'p75', percentageAdjust: 100 },
    ram: { name: 'p50', percentageAdjust: 50 },
  });
  expect(name).toBe('EC2InstanceRecommendations-p75-2026-03-10.csv');
  const of = (host: string) => records.find((one) => one['Server.HostName'] === host) ?? {};
  // Of 10, 20, 30, 40, 100 the 75th percentile is 40; of 10, 20, 30, 40, 50, 50 % of memory the median is 35, halved.
  expect(of('busy')).toMatchObject({
    'Recommendation.EC2.RequestedCPU.UsagePct': '40',
    'Recommendation.EC2.RequestedvCPU': '4',
    'Recommendation.EC2.RequestedRAM.UsagePct': '17.5',
    'Recommendation.EC2.RequestedRAMinMB': '1750',
    'UserPreference.Recommendation.RAMSizing': 'p50 x 50%',
  });
  expect(of('idle')['Recommendation.EC2.Remarks']).toContain('No utilization data was found.');
});
