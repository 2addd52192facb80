// Parsers of the kernel's counter files: text to values, no I/O. Columns as proc(5) numbers them.

import type { TrafficCounters } from '../sampling/host-source.ts';

const SECTOR_BYTES = 512;

/** First line of /proc/stat. Guest time is already inside user time; waiting for a disk is idle. */
export function parseCpuTicks(stat: string): { busy: number; all: number } | null {
  const match = /^cpu +(\d[\d ]*)/m.exec(stat);
  if (match === null) return null;
  const ticks = (match[1] ?? '').trim().split(/ +/).map(Number);
  const all = ticks.slice(0, 8).reduce((sum, value) => sum + value, 0);
  return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all };
}

/** Number of `cpuN` lines of /proc/stat: processors that are online. */
export function countLogicalProcessors(stat: string): number | null {
  return stat.match(/^cpu\d+ /gm)?.length ?? null;
}

/** /proc/meminfo in bytes. Kernels before 3.14 have no MemAvailable. */
export function parseMemory(meminfo: string): { total: number | null; available: number | null } {
  const kib = (name: string): number | null => {
    const match = new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(meminfo);
    return match === null ? null : Number(match[1]);
  };
  const free = kib('MemFree');
  const older = free === null ? null : free + (kib('Buffers') ?? 0) + (kib('Cached') ?? 0);
  return { total: toBytes(kib('MemTotal')), available: toBytes(kib('MemAvailable') ?? older) };
}

function toBytes(kib: number | null): number | null {
  return kib === null ? null : kib * 1024;
}

/** /proc/diskstats, the devices of `names` only. */
export function parseDiskCounters(diskstats: string, names: ReadonlySet<string>): Map<string, TrafficCounters> {
  const disks = new Map<string, TrafficCounters>();
  for (const line of diskstats.split('\n')) {
    const fields = line.trim().split(/ +/);
    const name = fields[2];
    if (name === undefined || !names.has(name)) continue;
    disks.set(name, {
      operationsIn: Number(fields[3]),
      bytesIn: Number(fields[5]) * SECTOR_BYTES,
      operationsOut: Number(fields[7]),
      bytesOut: Number(fields[9]) * SECTOR_BYTES,
    });
  }
  return disks;
}

/** /proc/net/dev without loopback. Old kernels put no space after the colon. */
export function parseCardCounters(netDev: string): Map<string, TrafficCounters> {
  const cards = new Map<string, TrafficCounters>();
  for (const line of netDev.split('\n').slice(2)) {
    const colon = line.lastIndexOf(':');
    const name = line.slice(0, colon).trim();
    if (colon < 0 || name === 'lo') continue;
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/ +/)
      .map(Number);
    cards.set(name, {
      bytesIn: fields[0] ?? null,
      bytesOut: fields[8] ?? null,
      operationsIn: fields[1] ?? null,
      operationsOut: fields[9] ?? null,
    });
  }
  return cards;
}

const NOT_A_DISK = /^(loop|ram|zram|sr|fd|dm-|md|nbd)\d|^mmcblk\d+(boot|rpmb)|^nvme\d+c\d+n\d+$/;

/** Names of /sys/block that can be hardware: no loops, memory, removable drives, and nothing stacked on other disks. */
export function isWholeDiskName(name: string): boolean {
  return !NOT_A_DISK.test(name);
}
