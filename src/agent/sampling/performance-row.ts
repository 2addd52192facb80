// Two readings of the same host to one row. A counter that went back (reset, wrap, reboot) restarts its series: the
// device is left out of that interval. Devices that came or went are left out too, or their lifetime would be a rate.

import { formatSampleTime, type SysPerformanceRow } from '../lake-rows.ts';
import type { PerformanceReading, TrafficCounters } from './host-source.ts';

const BYTES_PER_MB = 1024 ** 2;
const BYTES_PER_GB = 1024 ** 3;
const KILOBITS_PER_BYTE = 8 / 1000;

type Devices = ReadonlyMap<string, TrafficCounters> | null;

export function createPerformanceRow(
  previous: PerformanceReading,
  current: PerformanceReading,
  timeMs: number,
): SysPerformanceRow {
  const seconds = (current.monotonicMs - previous.monotonicMs) / 1000;
  const rate = (before: Devices, after: Devices, counter: keyof TrafficCounters, scale: number): number | null => {
    const delta = sumDeltas(before, after, counter);
    return delta === null || seconds <= 0 ? null : round((delta / seconds) * scale);
  };
  const disks = (counter: keyof TrafficCounters, scale: number) => rate(previous.disks, current.disks, counter, scale);
  const cards = (counter: keyof TrafficCounters, scale: number) => rate(previous.cards, current.cards, counter, scale);
  return {
    total_disk_bytes_read_per_sec_in_kbps: disks('bytesIn', KILOBITS_PER_BYTE),
    total_disk_bytes_written_per_sec_in_kbps: disks('bytesOut', KILOBITS_PER_BYTE),
    total_disk_read_ops_per_sec: disks('operationsIn', 1),
    total_disk_write_ops_per_sec: disks('operationsOut', 1),
    total_network_bytes_read_per_sec_in_kbps: cards('bytesIn', KILOBITS_PER_BYTE),
    total_network_bytes_written_per_sec_in_kbps: cards('bytesOut', KILOBITS_PER_BYTE),
    total_num_logical_processors: current.logicalProcessorCount,
    total_num_cores: current.coreCount,
    total_num_cpus: current.cpuCount,
    total_num_disks: current.diskCount,
    total_num_network_cards: current.cards?.size ?? null,
    total_cpu_usage_pct: cpuUsagePct(previous, current),
    total_disk_size_in_gb: scaled(current.diskSizeBytes, BYTES_PER_GB),
    total_disk_free_size_in_gb: scaled(current.diskFreeBytes, BYTES_PER_GB),
    total_ram_in_mb: scaled(current.ramBytes, BYTES_PER_MB),
    free_ram_in_mb: scaled(current.ramFreeBytes, BYTES_PER_MB),
    timestamp: formatSampleTime(timeMs),
  };
}

function sumDeltas(before: Devices, after: Devices, counter: keyof TrafficCounters): number | null {
  if (before === null || after === null) return null;
  let sum: number | null = null;
  for (const [name, counters] of after) {
    const newer = counters[counter];
    const older = before.get(name)?.[counter];
    if (newer === null || older === null || older === undefined || newer < older) continue;
    sum = (sum ?? 0) + (newer - older);
  }
  return sum;
}

function cpuUsagePct(previous: PerformanceReading, current: PerformanceReading): number | null {
  if (previous.cpu === null || current.cpu === null) return null;
  const all = current.cpu.all - previous.cpu.all;
  const busy = current.cpu.busy - previous.cpu.busy;
  // Single kernel counters (iowait) may step back a little, which shows as slightly more than all being busy.
  return all <= 0 || busy < 0 ? null : round(Math.min(100, (100 * busy) / all));
}

function scaled(bytes: number | null, unit: number): number | null {
  return bytes === null ? null : round(bytes / unit);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
