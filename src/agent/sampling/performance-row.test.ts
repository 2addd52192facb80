import { expect, test } from 'vitest';
import type { PerformanceReading, TrafficCounters } from './host-source.ts';
import { createPerformanceRow } from './performance-row.ts';

function counters(bytesIn: number, bytesOut: number, operationsIn = 0, operationsOut = 0): TrafficCounters {
  return { bytesIn, bytesOut, operationsIn, operationsOut };
}

function reading(changes: Partial<PerformanceReading>): PerformanceReading {
  return {
    monotonicMs: 0,
    cpu: null,
    disks: null,
    cards: null,
    diskCount: null,
    logicalProcessorCount: null,
    coreCount: null,
    cpuCount: null,
    diskSizeBytes: null,
    diskFreeBytes: null,
    ramBytes: null,
    ramFreeBytes: null,
    ...changes,
  };
}

test('kilobits are bytes times eight by a thousand; sizes are powers of 1024', () => {
  const before = reading({ cpu: { busy: 10, all: 100 }, disks: new Map([['sda', counters(0, 0)]]) });
  const after = reading({
    monotonicMs: 10_000,
    cpu: { busy: 35, all: 200 },
    disks: new Map([['sda', counters(1_250_000, 2_500_000, 50, 100)]]),
    diskSizeBytes: 5 * 1024 ** 3,
    ramBytes: 512 * 1024 ** 2,
  });
  expect(createPerformanceRow(before, after, Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toMatchObject({
    total_disk_bytes_read_per_sec_in_kbps: 1000,
    total_disk_bytes_written_per_sec_in_kbps: 2000,
    total_disk_read_ops_per_sec: 5,
    total_disk_write_ops_per_sec: 10,
    total_cpu_usage_pct: 25,
    total_disk_size_in_gb: 5,
    total_ram_in_mb: 512,
    timestamp: '2026-01-02T03:04:05.678Z',
  });
});

test('what is unknown is null, never 0', () => {
  const row = createPerformanceRow(reading({}), reading({ monotonicMs: 1000 }), 0);
  const { timestamp: _, ...values } = row;
  expect(new Set(Object.values(values))).toEqual(new Set([null]));
});

test('a counter that went back, and a device that came, restart their series only', () => {
  const before = reading({
    cards: new Map([
      ['eth0', counters(1000, 1000)],
      ['eth1', counters(9000, 0)],
    ]),
  });
  const after = reading({
    monotonicMs: 1000,
    cards: new Map([
      ['eth0', counters(2000, 500)],
      ['eth1', counters(10_000, 0)],
      ['eth2', counters(1e12, 1e12)],
    ]),
  });
  expect(createPerformanceRow(before, after, 0)).toMatchObject({
    total_network_bytes_read_per_sec_in_kbps: 16,
    total_network_bytes_written_per_sec_in_kbps: 0,
  });
  const reset = reading({ monotonicMs: 1000, cards: new Map([['eth0', counters(0, 0)]]) });
  expect(createPerformanceRow(before, reset, 0).total_network_bytes_read_per_sec_in_kbps).toBeNull();
});

test('a processor that was busy all the time is 100, even when the kernel steps a counter back', () => {
  const row = createPerformanceRow(
    reading({ cpu: { busy: 0, all: 1000 } }),
    reading({ monotonicMs: 1000, cpu: { busy: 101, all: 1100 } }),
    0,
  );
  expect(row.total_cpu_usage_pct).toBe(100);
});
