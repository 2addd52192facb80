import { afterEach, beforeEach, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import type { ServerAttributes } from '../src/inventory/server-attributes.ts';
import { type ImportWorld, openImportWorld, readInventory } from './import-world.ts';

let world: ImportWorld;
beforeEach(async () => {
  world = await openImportWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

async function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  const parts: Buffer[] = [];
  for await (const part of zip.outputStream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function servers(): Promise<ServerAttributes[]> {
  const { servers: rows } = await readInventory(world.ports.state);
  const all = rows.map(({ attributes_json }) => JSON.parse(attributes_json) as ServerAttributes);
  return all.sort((a, b) => ((a.vmName ?? a.hostName ?? '') < (b.vmName ?? b.hostName ?? '') ? -1 : 1));
}

const ID = 'VM ID,VM UUID,VI SDK Server,VI SDK UUID';
const EXPORT = {
  'out/RVTools_tabvInfo.csv': `VM,Powerstate,Template,DNS Name,CPUs,Memory,NICs,Primary IP Address,OS according to the configuration file,OS according to the VMware Tools,Folder,Host,Datacenter,${ID}
web,poweredOn,False,web.corp,4,"8,192",1,10.0.0.1,Linux (config),Ubuntu Linux (64-bit),/dc/vm,esx-1,dc-1,vm-1,u-1,vc.corp,vcu-1
golden,poweredOff,True,,2,2048,0,,Windows,,/dc/tpl,esx-1,dc-1,vm-2,u-2,vc.corp,vcu-1
,poweredOff,False,,1,1,0,,,,,,,,,,
`,
  'out/RVTools_tabvNetwork.csv': `VM,NIC label,Network,Switch,Mac Address,IPv4 Address,IPv6 Address,${ID}
web,Network adapter 1,VM Network,vSwitch0,00:50:56:01:02:03,"10.0.0.1, 10.0.0.2",fe80::1,vm-1,u-1,vc.corp,vcu-1
`,
  'out/RVTools_tabvCPU.csv': `VM,CPUs,Sockets,${ID}\nweb,4,2,vm-1,u-1,vc.corp,vcu-1\n`,
  'out/RVTools_tabvMemory.csv': `VM,Size MiB,Reservation,${ID}\nweb,8192,1024,vm-1,u-1,vc.corp,vcu-1\n`,
  'out/RVTools_tabvDisk.csv': `VM,Disk,Capacity MiB,${ID}\nweb,1,1024,vm-1,u-1,vc.corp,vcu-1\nweb,2,2048,vm-1,u-1,vc.corp,vcu-1\n`,
  'out/RVTools_tabvPartition.csv': `VM,Disk,Free MiB,${ID}\nweb,/,512,vm-1,u-1,vc.corp,vcu-1\n`,
  'out/RVTools_tabvTools.csv': `VM,Tools,${ID}\nweb,toolsOk,vm-1,u-1,vc.corp,vcu-1\n`,
  'out/RVTools_tabvHost.csv': `Host,Datacenter,CPU Model,# CPU,# Cores,# Memory,ESX Version,Vendor,Model,Object ID,UUID,VI SDK Server,VI SDK UUID
esx-1,dc-1,Intel Xeon,2,32,262144,VMware ESXi 8.0.2,Dell,R740,host-9,h-1,vc.corp,vcu-1
`,
  'out/RVTools_tabvNIC.csv': 'Host,Network Device,MAC,Switch\nesx-1,vmnic0,00:50:56:aa:bb:cc,vSwitch0\n',
  'out/RVTools_tabvSC_VMK.csv':
    'Host,Port Group,Device,Mac Address,IP Address,Subnet mask\nesx-1,Management,vmk0,00:50:56:aa:bb:cc,10.0.0.250,255.255.255.0\n',
  'out/RVTools_tabvSource.csv': 'Name,VI SDK Server\nvc,vc.corp\n',
};

test('an RVTools export becomes virtual machines, templates and hosts', async () => {
  const task = await world.run(await zipOf(EXPORT), 'rvtools.zip');
  expect(task).toMatchObject({
    status: 'IMPORT_COMPLETE_WITH_ERRORS',
    fileClassification: 'RVTOOLS_EXPORT',
    serversImported: 3,
    serversFailed: 1,
  });
  const [esx, golden, web] = await servers();
  expect(web).toEqual({
    serverType: 'VMWARE_VM',
    hypervisor: 'VMware',
    vmName: 'web',
    hostName: 'web.corp',
    osName: 'Ubuntu Linux (64-bit)',
    smBiosId: 'u-1',
    moRefId: 'vm-1',
    vCenterId: 'vcu-1',
    vCenterName: 'vc.corp',
    vmFolderPath: '/dc/vm',
    vmHostId: 'esx-1',
    datacenterId: 'dc-1',
    powerState: 'poweredOn',
    toolsStatus: 'toolsOk',
    memoryReservation: '1024',
    numCpus: 2,
    numCores: 4,
    numDisks: 2,
    numNetworkCards: 1,
    totalRamKb: 8192 * 1024,
    totalDiskSizeKb: 3072 * 1024,
    totalDiskFreeSizeKb: 512 * 1024,
    interfaces: ['10.0.0.1', '10.0.0.2', 'fe80::1'].map((ipAddress) => ({
      name: 'Network adapter 1',
      macAddress: '00:50:56:01:02:03',
      ipAddress,
      portGroupName: 'VM Network',
      virtualSwitchName: 'vSwitch0',
    })),
  });
  expect(golden).toMatchObject({ serverType: 'VMWARE_VM_TEMPLATE', osName: 'Windows', totalRamKb: 2048 * 1024 });
  expect(esx).toMatchObject({
    serverType: 'VMWARE_HOST',
    hostName: 'esx-1',
    cpuType: 'Intel Xeon',
    numCores: 32,
    manufacturer: 'Dell',
    interfaces: [
      { name: 'vmnic0', macAddress: '00:50:56:aa:bb:cc' },
      { name: 'vmk0', ipAddress: '10.0.0.250', netMask: '255.255.255.0', portGroupName: 'Management' },
    ],
  });
});

test('the same export again changes nothing', async () => {
  await world.run(await zipOf(EXPORT), 'rvtools.zip');
  const before = await readInventory(world.ports.state);
  world.ports.clock.advance(60_000);
  await world.run(await zipOf(EXPORT), 'rvtools.zip');
  expect(await readInventory(world.ports.state)).toEqual(before);
});

test('sheets may be separated by semicolons, and told apart by name alone', async () => {
  const task = await world.run(
    await zipOf({
      'vInfo.csv': 'VM;DNS Name;CPUs\nweb;web.corp;4\n',
      'vDisk.csv': 'VM;Capacity MB\nweb;100\n',
    }),
  );
  expect(task).toMatchObject({ status: 'IMPORT_COMPLETE', serversImported: 1 });
  expect(await servers()).toMatchObject([{ hostName: 'web.corp', numCores: 4, totalDiskSizeKb: 102_400, numDisks: 1 }]);
});

test.each([
  ['a workbook in a zip', { 'RVTools_export_all.xlsx': 'x' }, 'RVTOOLS_EXPORT'],
  ['a zip of something else', { 'notes.txt': 'x' }, undefined],
  ['a workbook', { '[Content_Types].xml': '<x/>', 'xl/workbook.xml': '<x/>' }, undefined],
])('%s is not supported', async (_, files, fileClassification) => {
  expect(await world.run(await zipOf(files as Record<string, string>))).toMatchObject({
    status: 'IMPORT_FAILED_UNSUPPORTED_FILE_TYPE',
    fileClassification,
  });
});

test('what only begins like a zip is not supported', async () => {
  const broken = (await zipOf(EXPORT)).subarray(0, 500);
  expect(await world.run(broken)).toMatchObject({ status: 'IMPORT_FAILED_UNSUPPORTED_FILE_TYPE' });
});
