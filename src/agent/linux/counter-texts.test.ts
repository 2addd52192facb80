import { expect, test } from 'vitest';
import {
  countLogicalProcessors,
  isWholeDiskName,
  parseCardCounters,
  parseCpuTicks,
  parseDiskCounters,
  parseMemory,
} from './counter-texts.ts';

const STAT = `cpu  100 10 50 800 30 4 6 20 15 5
cpu0 50 5 25 400 15 2 3 10 7 2
cpu1 50 5 25 400 15 2 3 10 8 3
intr 12345 0 0
btime 1700000000
`;

test('busy is everything but idle and waiting for disks, and guest time counts once', () => {
  expect(parseCpuTicks(STAT)).toEqual({ all: 1020, busy: 190 });
  expect(countLogicalProcessors(STAT)).toBe(2);
});

test('a text without counters gives null, not zero', () => {
  expect(parseCpuTicks('')).toBeNull();
  expect(countLogicalProcessors('')).toBeNull();
  expect(parseMemory('')).toEqual({ total: null, available: null });
});

test('kernels before 2.6.11 without steal are read', () => {
  expect(parseCpuTicks('cpu  1 2 3 4 5 6 7\n')).toEqual({ all: 28, busy: 19 });
});

test('memory is in bytes; old kernels without MemAvailable add free, buffers and cache', () => {
  const older = 'MemTotal:       2000 kB\nMemFree:         500 kB\nBuffers:          20 kB\nCached:          100 kB\n';
  expect(parseMemory(`${older}MemAvailable:    900 kB\n`)).toEqual({ total: 2_048_000, available: 921_600 });
  expect(parseMemory(older)).toEqual({ total: 2_048_000, available: 634_880 });
});

test('disk sectors are 512 bytes whatever the disk says', () => {
  const text = `   8       0 sda 100 5 2000 30 40 6 800 70 0 80 90 0 0 0 0 0 0
   8       1 sda1 90 5 1900 30 40 6 800 70 0 80 90
 253       0 dm-0 1 2 3 4 5 6 7 8 9 10 11
`;
  expect(parseDiskCounters(text, new Set(['sda']))).toEqual(
    new Map([['sda', { operationsIn: 100, bytesIn: 1_024_000, operationsOut: 40, bytesOut: 409_600 }]]),
  );
});

test('network counters leave loopback out and read names that touch their numbers', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
  eth0:1234567      11    0    0    0     0          0         0       76       5    0    0    0     0       0          0
eth0:1:   5       1    0    0    0     0          0         0       6       2    0    0    0     0       0          0
`;
  const cards = parseCardCounters(text);
  expect([...cards.keys()]).toEqual(['eth0', 'eth0:1']);
  expect(cards.get('eth0')).toEqual({ bytesIn: 1_234_567, operationsIn: 11, bytesOut: 76, operationsOut: 5 });
});

test.each(['sda', 'vda', 'xvdb', 'nvme0n1', 'mmcblk0', 'dasda'])('%s is a disk', (name) => {
  expect(isWholeDiskName(name)).toBe(true);
});

test.each(['loop0', 'ram3', 'zram0', 'sr0', 'fd0', 'dm-2', 'md127', 'nbd1', 'mmcblk0boot0', 'nvme0c0n1'])(
  '%s is no disk',
  (name) => {
    expect(isWholeDiskName(name)).toBe(false);
  },
);
