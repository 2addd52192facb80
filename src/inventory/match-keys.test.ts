import { expect, test } from 'vitest';
import { keysOf } from './match-keys.ts';
import type { ServerAttributes } from './server-attributes.ts';

function keys(...sections: ServerAttributes[]): string[] {
  const named = sections.map((attributes, at) => [`s${at}`, { observedAtMs: 1, attributes }] as const);
  const found = keysOf({ kind: 'AGENT', id: 'a', sections: Object.fromEntries(named) });
  return found.map(({ kind, value }) => `${kind}/${value}`).sort();
}
const addressKeys = (ipAddress: string) => keys({ interfaces: [{ ipAddress }] });
const hardwareKeys = (macAddress: string) => keys({ interfaces: [{ macAddress }] });

test('keys of all sections, each once', () => {
  const interfaces = [
    { ipAddress: '10.0.0.1', macAddress: '02:00:00:00:00:01' },
    { ipAddress: '10.0.0.2', macAddress: '02-00-00-00-00-01' },
  ];
  const vmware = { moRefId: 'vm-1', vCenterId: 'vc-1' };
  expect(keys({ hostName: 'Web-01', externalId: 'E1' }, { interfaces, hostName: 'web-01' }, vmware)).toEqual([
    'EXTERNAL_ID/E1',
    'HOST_NAME/web-01',
    'IP_ADDRESS/10.0.0.1',
    'IP_ADDRESS/10.0.0.2',
    'MAC_ADDRESS/020000000001',
    'VMWARE/vm-1@vc-1',
  ]);
});

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '0.0.0.0',
  '0.1.2.3',
  '169.254.1.1',
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  'fe80::4a7:7dff:fe3f:5457',
  'FEBF::1',
  'fe80::1%eth0',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:169.254.3.4',
  '10.0.0.256',
  'unknown',
  '',
])('the address %j names no one host', (ipAddress) => {
  expect(addressKeys(ipAddress)).toEqual([]);
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  [' 10.0.0.1 ', '10.0.0.1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:db8::1%eth0', '2001:db8::1'],
  ['fec0::1', 'fec0::1'],
  ['168.254.1.1', '168.254.1.1'],
])('the address %j is known as %s', (ipAddress, value) => {
  expect(addressKeys(ipAddress)).toEqual([`IP_ADDRESS/${value}`]);
});

test.each(['00:00:00:00:00:00', 'FF:FF:FF:FF:FF:FF', '02:00:00:00:00', '02:00:00:00:00:00:01', 'n/a', ''])(
  'the hardware address %j names no one host',
  (macAddress) => {
    expect(hardwareKeys(macAddress)).toEqual([]);
  },
);

test.each(['06:A7:7D:3F:54:57', '06-a7-7d-3f-54-57', '06a7.7d3f.5457', '06a77d3f5457'])(
  'the hardware address %j is the same however it is written',
  (macAddress) => {
    expect(hardwareKeys(macAddress)).toEqual(['MAC_ADDRESS/06a77d3f5457']);
  },
);

test.each(['localhost', 'LOCALHOST', 'localhost.localdomain', 'localhost.', ' ', ''])(
  'the host name %j names no one host',
  (hostName) => {
    expect(keys({ hostName })).toEqual([]);
  },
);

test.each(['Web-01.Corp.example', 'web-01.corp.example.', ' web-01.corp.example'])(
  'the host name %j is the same however it is written',
  (hostName) => {
    expect(keys({ hostName })).toEqual(['HOST_NAME/web-01.corp.example']);
  },
);

test('a virtual machine is known by both of its ids or not at all', () => {
  expect(keys({ moRefId: 'vm-1' })).toEqual([]);
  expect(keys({ vCenterId: 'vc-1' })).toEqual([]);
  expect(keys({ moRefId: 'vm-1', vCenterId: 'vc-1' })).toEqual(['VMWARE/vm-1@vc-1']);
});

test('an external id counts in its spelling', () => {
  expect(keys({ externalId: 'Inv 7' }, { externalId: 'inv 7' })).toEqual(['EXTERNAL_ID/Inv 7', 'EXTERNAL_ID/inv 7']);
});
