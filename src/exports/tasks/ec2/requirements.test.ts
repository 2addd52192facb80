import { describe, expect, it } from 'vitest';
import type { ServerAttributes } from '../../../inventory/server-attributes.ts';
import {
  NO_DATA_REMARK,
  osFamilyOf,
  type Percentiles,
  requirementsOf,
  shareOf,
  UNKNOWN_OS_REMARK,
} from './requirements.ts';

/** 8 threads, 16 GiB; CPU 20 % on average, 90 % at most; a quarter of the memory used on average, half at most. */
const SERVER: ServerAttributes = {
  osName: 'Linux - Ubuntu 24.04',
  numLogicalProcessors: 8,
  totalRamKb: 16 * 1024 * 1024,
  avgCpuUsagePct: 20,
  maxCpuUsagePct: 90,
  avgFreeRamKb: 12 * 1024 * 1024,
  minFreeRamKb: 8 * 1024 * 1024,
};
const SAMPLES: Percentiles = { cpuPct: 55, ramPct: 40 };

const needs = (
  cpu: string,
  ram: string,
  more: { server?: ServerAttributes; samples?: Percentiles; adjust?: number } = {},
) =>
  requirementsOf(more.server ?? SERVER, more.samples, {
    cpu: { name: cpu, percentageAdjust: more.adjust ?? 100 },
    ram: { name: ram, percentageAdjust: more.adjust ?? 100 },
  });

describe('what a server needs', () => {
  it.each([
    ['SPEC', 'SPEC', 8, 16384],
    ['AVG', 'SPEC', 2, 16384],
    ['MAX', 'SPEC', 8, 16384],
    ['p95', 'SPEC', 5, 16384],
    ['SPEC', 'AVG', 8, 4096],
    ['SPEC', 'MAX', 8, 8192],
    ['SPEC', 'p50', 8, 6553.6],
    ['AVG', 'MAX', 2, 8192],
  ])('CPU %s and memory %s: %i vCPUs, %d MB', (cpu, ram, vcpus, ramMb) => {
    expect(needs(cpu, ram, { samples: SAMPLES })).toMatchObject({ vcpus, ramMb, remarks: [] });
  });

  it('is multiplied by the adjustment', () => {
    expect(needs('SPEC', 'MAX', { adjust: 50 })).toMatchObject({ cpuPct: 50, vcpus: 4, ramPct: 25, ramMb: 4096 });
    expect(needs('AVG', 'AVG', { adjust: 0 })).toMatchObject({ cpuPct: 0, vcpus: 0, ramMb: 0 });
  });

  it('is the specification, and says so once, where the statistic is not known', () => {
    const imported: ServerAttributes = { osName: 'Windows Server 2019', numCores: 4, totalRamKb: 8 * 1024 * 1024 };
    expect(needs('p95', 'MAX', { server: imported })).toMatchObject({
      vcpus: 4,
      ramMb: 8192,
      os: 'Windows',
      remarks: [NO_DATA_REMARK],
    });
    const withAverage = { ...imported, avgCpuUsagePct: 50 };
    expect(needs('AVG', 'SPEC', { server: withAverage })).toMatchObject({ vcpus: 2, remarks: [] });
    expect(needs('p95', 'SPEC', { server: withAverage }).remarks).toEqual([NO_DATA_REMARK]);
  });

  it('rounds vCPUs up, but not what only binary arithmetic put above a whole number', () => {
    const of = (pct: number) => needs('AVG', 'SPEC', { server: { ...SERVER, avgCpuUsagePct: pct } }).vcpus;
    expect([of(25), of(25.1), of(37.5), of(30 * 1.25)]).toEqual([2, 3, 3, 3]);
    expect(
      needs('AVG', 'SPEC', { server: { ...SERVER, numLogicalProcessors: 10, avgCpuUsagePct: 0.1 + 69.9 } }),
    ).toMatchObject({ vcpus: 7 });
  });

  it('is unknown where the size of the server is', () => {
    expect(needs('SPEC', 'SPEC', { server: { osName: 'Linux' } })).toMatchObject({
      vcpus: undefined,
      ramMb: undefined,
    });
  });

  it('is the specification where more memory was free than there is now', () => {
    const shrunk = { ...SERVER, totalRamKb: 4 * 1024 * 1024 };
    expect(needs('SPEC', 'AVG', { server: shrunk })).toMatchObject({ ramMb: 4096, remarks: [NO_DATA_REMARK] });
  });

  it('is unknown where the size is said to be nothing', () => {
    const nothing = { ...SERVER, numLogicalProcessors: 0, totalRamKb: 0 };
    expect(needs('SPEC', 'SPEC', { server: nothing })).toMatchObject({ vcpus: undefined, ramMb: undefined });
    expect(needs('SPEC', 'SPEC', { server: { ...nothing, numCores: 4 } })).toMatchObject({ vcpus: 4 });
  });

  it('is for the architecture of the server', () => {
    expect(needs('SPEC', 'SPEC').architecture).toBe('x86_64');
    expect(needs('SPEC', 'SPEC', { server: { ...SERVER, cpuType: 'aarch64' } }).architecture).toBe('arm64');
  });

  it.each([
    ['WindowsOS - Windows Server 2012 R2 x64', 'Windows'],
    ['Linux - Red Hat Enterprise Linux Server release 7.9', 'RHEL'],
    ['RHEL 9', 'RHEL'],
    ['Linux - SUSE Linux Enterprise Server 15', 'SLES'],
    ['Linux - Amazon Linux AMI release 2015.03', 'Linux'],
    ['Ubuntu', 'Linux'],
    ['Solaris 11', undefined],
    [undefined, undefined],
  ])('the system %s is %s', (osName, expected) => {
    expect(osFamilyOf(osName)).toBe(expected);
    expect(requirementsOf({ ...(osName && { osName }) }, undefined, SPEC).remarks).toEqual(
      expected === undefined ? [UNKNOWN_OS_REMARK] : [],
    );
  });

  it('knows percentiles by their names', () => {
    const share = (name: string) => shareOf({ name, percentageAdjust: 100 });
    expect([share('p95'), share('p5'), share('p100'), share('p0'), share('MAX')]).toEqual([
      0.95,
      0.05,
      1,
      0,
      undefined,
    ]);
  });
});

const SPEC = { cpu: { name: 'SPEC', percentageAdjust: 100 }, ram: { name: 'SPEC', percentageAdjust: 100 } };
