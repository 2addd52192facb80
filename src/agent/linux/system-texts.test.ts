import { expect, test } from 'vitest';
import { parseRealMounts } from './mount-table.ts';
import { parseIpv4Gateways, parseIpv6Gateways } from './route-texts.ts';
import { parseCpuinfoTopology, parseCpuModel, parseHypervisor, parseOsRelease } from './system-texts.ts';

test('a system is named without its version', () => {
  expect(
    parseOsRelease(
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION="12 (bookworm)"\nVERSION_ID="12"\n',
    ),
  ).toEqual({
    name: 'Debian GNU/Linux',
    version: '12 (bookworm)',
  });
  expect(parseOsRelease("PRETTY_NAME='Alpine Linux v3.20'\nVERSION_ID=3.20.1\n")).toEqual({
    name: 'Alpine Linux',
    version: '3.20.1',
  });
  expect(parseOsRelease('')).toEqual({ name: null, version: null });
});

test('processors: name, sockets and cores', () => {
  const block = (physical: number, core: number) =>
    `processor\t: 0\nmodel name\t: Some CPU @ 2.50GHz\nphysical id\t: ${physical}\ncore id\t\t: ${core}\ncpu cores\t: 2\n`;
  const text = [block(0, 0), block(0, 1), block(1, 0), block(1, 1), block(0, 0)].join('\n');
  expect(parseCpuModel(text)).toBe('Some CPU @ 2.50GHz');
  expect(parseCpuinfoTopology(text)).toEqual({ cpuCount: 2, coreCount: 4 });
  expect(parseCpuinfoTopology('processor\t: 0\nBogoMIPS\t: 50.00\n')).toEqual({ cpuCount: null, coreCount: null });
});

test.each([
  ['VMware, Inc.', 'VMware Virtual Platform', 'vmware'],
  ['Xen', 'HVM domU', 'xen'],
  ['Microsoft Corporation', 'Virtual Machine', 'hyperv'],
  ['Microsoft Corporation', 'Surface Pro', null],
  ['QEMU', 'Standard PC (Q35 + ICH9, 2009)', 'kvm'],
  ['Amazon EC2', 'm5.large', 'kvm'],
  ['Amazon EC2', 'm5.metal', null],
  ['Dell Inc.', 'PowerEdge R640', null],
  ['', '', null],
])('%s %s runs on %s', (vendor, product, hypervisor) => {
  expect(parseHypervisor(vendor, product)).toBe(hypervisor);
});

test('file systems: real ones, each device once, ZFS once a pool', () => {
  const text = `proc /proc proc rw 0 0
/dev/sda1 / ext4 rw 0 0
/dev/sda1 /var/lib/bind ext4 rw 0 0
/dev/sdb1 /mnt/my\\040disk xfs rw 0 0
/dev/loop3 /snap/core/1 squashfs ro 0 0
overlay /var/lib/docker/x overlay rw 0 0
nas:/export /nas nfs4 rw 0 0
tank /tank zfs rw 0 0
tank/home /home zfs rw 0 0
`;
  expect(parseRealMounts(text)).toEqual([
    { device: '/dev/sda1', mountPoint: '/' },
    { device: '/dev/sdb1', mountPoint: '/mnt/my disk' },
    { device: 'zfs:tank', mountPoint: '/tank' },
  ]);
});

test('gateways: the default route of the lowest metric', () => {
  const ipv4 = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	FE01A8C0	0003	0	0	200	00000000	0	0	0
eth0	00000000	0101A8C0	0003	0	0	100	00000000	0	0	0
eth0	0001A8C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
tun0	00000000	00000000	0001	0	0	0	00000000	0	0	0
`;
  expect(parseIpv4Gateways(ipv4, true)).toEqual(new Map([['eth0', '192.168.1.1']]));
  const zero = '0'.repeat(32);
  const ipv6 = `${zero} 00 ${zero} 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0
fd000000000000000000000000000000 40 ${zero} 00 ${zero} 00000100 00000001 00000000 00000001     eth0
${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo
`;
  expect(parseIpv6Gateways(ipv6)).toEqual(new Map([['eth0', 'fd00::1']]));
});
