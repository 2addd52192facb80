import type { ServerAttributes } from '../../../inventory/server-attributes.ts';
import type { Ec2Preferences, MetricBasis } from '../export-task.ts';
import type { Architecture, OsFamily } from './instance-types.ts';

/** What a server asks of an instance, by the preferences of the export, and what is to be said about it. */
export interface Requirements {
  readonly cpuPct: number;
  readonly ramPct: number;
  /** Undefined when the server's own size is not known. */
  readonly vcpus: number | undefined;
  readonly ramMb: number | undefined;
  readonly os: OsFamily;
  readonly architecture: Architecture;
  readonly remarks: readonly string[];
}

/** Percentiles of the samples of a server's agents, in percent; undefined where there are no samples or none were asked for. */
export interface Percentiles {
  readonly cpuPct: number | undefined;
  readonly ramPct: number | undefined;
}

export const UNKNOWN_OS_REMARK =
  'Server.OS.Name wasn\'t recognized. "Linux" was used as the default operating system for this instance recommendation.';
export const NO_DATA_REMARK = 'No utilization data was found. Server specifications were used.';

export function requirementsOf(
  server: ServerAttributes,
  percentiles: Percentiles | undefined,
  preferences: Pick<Ec2Preferences, 'cpu' | 'ram'>,
): Requirements {
  const cpu = usageOf(preferences.cpu, {
    averagePct: server.avgCpuUsagePct,
    peakPct: server.maxCpuUsagePct,
    percentilePct: percentiles?.cpuPct,
  });
  const ram = usageOf(preferences.ram, {
    averagePct: usedPct(server.totalRamKb, server.avgFreeRamKb),
    peakPct: usedPct(server.totalRamKb, server.minFreeRamKb),
    percentilePct: percentiles?.ramPct,
  });
  const os = osFamilyOf(server.osName);
  const cores = logicalCoresOf(server);
  return {
    cpuPct: cpu.pct,
    ramPct: ram.pct,
    vcpus: cores === undefined ? undefined : ceil((cores * cpu.pct) / 100),
    ramMb: server.totalRamKb ? tidy(((server.totalRamKb / 1024) * ram.pct) / 100) : undefined,
    os: os ?? 'Linux',
    architecture: /arm|aarch/i.test(server.cpuType ?? '') ? 'arm64' : 'x86_64',
    remarks: [
      ...(os === undefined ? [UNKNOWN_OS_REMARK] : []),
      ...(cpu.isKnown && ram.isKnown ? [] : [NO_DATA_REMARK]),
    ],
  };
}

interface Usage {
  readonly averagePct: number | undefined;
  readonly peakPct: number | undefined;
  readonly percentilePct: number | undefined;
}

const FULL_PCT = 100;

/** The statistic the basis names, adjusted; all of the server where it is not known. */
function usageOf(basis: MetricBasis, usage: Usage): { pct: number; isKnown: boolean } {
  const found = statisticOf(basis.name, usage);
  return { pct: tidy(((found ?? FULL_PCT) * basis.percentageAdjust) / 100), isKnown: found !== undefined };
}

function statisticOf(name: string, usage: Usage): number | undefined {
  if (name === 'SPEC') return FULL_PCT;
  if (name === 'AVG') return usage.averagePct;
  return name === 'MAX' ? usage.peakPct : usage.percentilePct;
}

/** The share a percentile basis asks for, 0 to 1; undefined for the other bases. */
export function shareOf(basis: MetricBasis): number | undefined {
  return basis.name.startsWith('p') ? Number(basis.name.slice(1)) / 100 : undefined;
}

/** Undefined too where more was free than there is now: the host had more memory then, and nobody knows how much. */
export function usedPct(totalKb: number | undefined, freeKb: number | undefined): number | undefined {
  if (totalKb === undefined || freeKb === undefined || totalKb === 0 || freeKb > totalKb) return undefined;
  return tidy(((totalKb - freeKb) / totalKb) * 100);
}

/** What runs at once; where only cores or processors are known, at least those do. No host has none. */
export function logicalCoresOf(server: ServerAttributes): number | undefined {
  return server.numLogicalProcessors || server.numCores || server.numCpus || undefined;
}

const FAMILIES: readonly (readonly [OsFamily, RegExp])[] = [
  ['Windows', /windows/i],
  ['RHEL', /red ?hat|\brhel\b/i],
  ['SLES', /suse|\bsles\b/i],
  ['Linux', /linux|ubuntu|debian|centos|fedora|amazon|rocky|gentoo/i],
];

/** Undefined for a system whose name says nothing to us. */
export function osFamilyOf(osName: string | undefined): OsFamily | undefined {
  return FAMILIES.find(([, pattern]) => pattern.test(osName ?? ''))?.[0];
}

/** Without the last digits that come of computing in binary: 6553.600000000001 MB is no requirement. */
function tidy(value: number): number {
  return Number(value.toFixed(6));
}

function ceil(value: number): number {
  return Math.ceil(tidy(value));
}
