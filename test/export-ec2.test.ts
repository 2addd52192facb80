import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Ec2Preferences } from '../src/exports/tasks/export-task.ts';
import { deleteServers } from '../src/inventory/delete-servers.ts';
import { openExports, readRecords } from './export-world.ts';
import { at, type InventoryWorld, importServer, lineOf, openInventory } from './inventory-world.ts';
import { ACCOUNT } from './lake-world.ts';

// EC2 recommendations, from servers and a price file to the rows of the zip.

const SPEC: Ec2Preferences = {
  cpu: { name: 'SPEC', percentageAdjust: 100 },
  ram: { name: 'SPEC', percentageAdjust: 100 },
  tenancy: 'SHARED',
  excludedInstanceTypes: [],
  region: 'us-west-2',
};
const EC2_HEADER =
  'ServerId,Server.ExternalId,Server.HostName,Server.VMware.VMname,Recommendation.EC2.Remarks,Server.OS.Name,Server.OS.Version,Server.CPU.NumberOfProcessors,Server.CPU.NumberOfCores,Server.CPU.NumberOfLogicalCores,Recommendation.EC2.RequestedCPU.UsagePct,Recommendation.EC2.RequestedvCPU,Server.RAM.TotalSizeInMB,Recommendation.EC2.RequestedRAM.UsagePct,Recommendation.EC2.RequestedRAMinMB,Recommendation.EC2.Instance.Model,Recommendation.EC2.Instance.vCPUCount,Recommendation.EC2.Instance.RAM.TotalSizeinMB,Recommendation.EC2.Instance.Price.UpfrontCost,Recommendation.EC2.Instance.Price.HourlyRate,Recommendation.EC2.Instance.Price.AmortizedHourlyRate,Recommendation.EC2.Instance.Price.EffectiveDate.UTC,Recommendation.EC2.Instance.OSType,UserPreference.Recommendation.CPUSizing,UserPreference.Recommendation.RAMSizing,UserPreference.Region,UserPreference.EC2.Tenancy,UserPreference.EC2.PricingModel,UserPreference.EC2.PricingModel.ContractTerm,UserPreference.EC2.PricingModel.Payment,UserPreference.EC2.ExcludedInstances,Applications,Tags,Server.SMBiosId,Server.VMware.MoRefId,Server.VMware.VCenterId,Server.VMware.vCenterName,Server.VMware.vmFolderPath,Server.CPU.UsagePct.Avg,Server.CPU.UsagePct.Max,Server.RAM.UsedSizeInMB.Avg,Server.RAM.UsedSizeInMB.Max,Server.RAM.UsagePct.Avg,Server.RAM.UsagePct.Max,Server.NumberOfDisks,Server.DiskReadsPerSecondInKB.Avg,Server.DiskWritesPerSecondInKB.Avg,Server.DiskReadsPerSecondInKB.Max,Server.DiskWritesPerSecondInKB.Max,Server.DiskReadOpsPerSecond.Avg,Server.DiskWriteOpsPerSecond.Avg,Server.DiskReadOpsPerSecond.Max,Server.DiskWriteOpsPerSecond.Max,Server.NetworkReadsPerSecondInKB.Avg,Server.NetworkWritesPerSecondInKB.Avg,Server.NetworkReadsPerSecondInKB.Max,Server.NetworkWritesPerSecondInKB.Max';

const exportsOf = (world: InventoryWorld, changes = {}) => openExports({ ...world, accountId: ACCOUNT }, changes);

async function recommend(world: InventoryWorld, preferences: Partial<Ec2Preferences>, changes = {}) {
  const exports = await exportsOf(world, changes);
  const exportId = await exports.tasks.start({ kind: 'EC2', preferences: { ...SPEC, ...preferences } });
  await exports.makeAll();
  const files = await exports.open(exportId);
  const [[name, text] = ['', '']] = files;
  return { name, text, records: readRecords(text) };
}

test('recommendations have the exact header, and say that the prices are examples', async () => {
  await using world = await openInventory();
  const size = { numLogicalProcessors: 4, totalRamKb: 8 * 1024 * 1024 };
  await importServer(world, 'linux', { ...size, osName: 'Linux - Debian 12', externalId: 'x-1' });
  await importServer(world, 'sles', { ...size, osName: 'SUSE Linux Enterprise Server 15' });
  await importServer(world, 'strange', { ...size, osName: 'Plan 9' });
  await importServer(world, 'huge', { ...size, osName: 'Linux', numLogicalProcessors: 1000 });
  await importServer(world, 'unknown', { osName: 'Linux' });
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
  await importServer(world, 'one', { osName: 'Linux', numLogicalProcessors: 2, totalRamKb: 1024 * 1024 });
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

test('a price file that is not there fails the export, and nothing else', async () => {
  await using world = await openInventory();
  const exports = await exportsOf(world, { pricesFile: join(world.folder, 'gone.csv') });
  const exportId = await exports.tasks.start({ kind: 'EC2', preferences: SPEC });
  await exports.makeAll();
  const task = await exports.get(exportId);
  expect([task.status, task.attempts]).toEqual(['FAILED', 1]);
  expect(task.failure).toContain('The price file gone.csv cannot be used: ENOENT');
});

test('samples from before a server was deleted do not size the one that came after it', async () => {
  await using world = await openInventory();
  const agent = await world.enroll('a');
  const sample = (ms: number, cpu: number) =>
    lineOf('sys_performance_agent', [
      {
        total_num_logical_processors: 10,
        total_cpu_usage_pct: cpu,
        total_ram_in_mb: 1000,
        free_ram_in_mb: 10 * cpu,
        timestamp: at(ms),
      },
    ]);
  await world.send(agent, '1-0', sample(0, 90));
  await world.project();
  const [server] = await world.servers();
  world.clock.advance(60_000);
  const nowMs = world.clock.nowMs();
  await world.state.transaction((tx) => deleteServers(tx, { accountId: ACCOUNT, nowMs }, [server?.server_id ?? '']));
  await world.send(agent, '1-1', sample(90_000, 10));
  await world.project();
  const { records } = await recommend(world, { cpu: { name: 'p50', percentageAdjust: 100 } });
  expect(records.map((one) => one['Recommendation.EC2.RequestedCPU.UsagePct'])).toEqual(['10']);
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
