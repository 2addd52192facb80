/**
 * What a platform must be able to tell about its host. Two implementations: Linux from /proc and /sys, the others
 * through systeminformation. Unknown is null, never 0.
 */
export interface HostSource {
  readOs(): Promise<OsFacts>;
  readInterfaces(): Promise<InterfaceAddress[]>;
  readPerformance(): Promise<PerformanceReading>;
  readProcesses(nowMs: number): Promise<ProcessSighting[]>;
  readSockets(): Promise<SocketSighting[]>;
}

export interface OsFacts {
  osName: string | null;
  osVersion: string | null;
  cpuType: string | null;
  hostName: string | null;
  hypervisor: string | null;
}

export interface InterfaceAddress {
  name: string;
  macAddress: string | null;
  family: 'IPv4' | 'IPv6';
  ipAddress: string;
  gateway: string | null;
  /** Dotted mask for IPv4, prefix length for IPv6. */
  netMask: string | null;
}

/** Ever-growing counters of one device; null where the platform has none. */
export interface TrafficCounters {
  bytesIn: number | null;
  bytesOut: number | null;
  operationsIn: number | null;
  operationsOut: number | null;
}

export interface PerformanceReading {
  /** Of a clock that is never set, for the seconds between two readings. */
  monotonicMs: number;
  cpu: { busy: number; all: number } | null;
  /** Whole disks by name: in = read, out = written. */
  disks: ReadonlyMap<string, TrafficCounters> | null;
  /** Network cards by name, loopback left out: in = received, out = sent. */
  cards: ReadonlyMap<string, TrafficCounters> | null;
  /** Whole disks of the host, where `disks` is a sum. */
  diskCount: number | null;
  logicalProcessorCount: number | null;
  coreCount: number | null;
  cpuCount: number | null;
  diskSizeBytes: number | null;
  diskFreeBytes: number | null;
  ramBytes: number | null;
  ramFreeBytes: number | null;
}

export interface ProcessSighting {
  /** Differs whenever process, path or command line differ; a reused pid is another process. */
  key: string;
  processId: string;
  isSystem: boolean | null;
  name: string | null;
  cmdLine: string | null;
  path: string | null;
}

export const TRACKED_STATES = ['ESTABLISHED', 'TIME_WAIT', 'CLOSE_WAIT', 'FIN_WAIT1', 'FIN_WAIT2', 'SYN_SENT'] as const;
export type TrackedState = (typeof TRACKED_STATES)[number];

/** A connected socket, seen from this host. */
export interface SocketSighting {
  /** Addresses are unique only inside one network namespace; empty for the host's own. */
  namespace: string;
  protocol: 'TCP' | 'UDP';
  family: 'IPv4' | 'IPv6';
  localIp: string;
  localPort: number;
  remoteIp: string;
  remotePort: number;
  state: TrackedState;
  /** Null when the socket has no owner any more (TIME_WAIT) or none we may see. */
  processId: string | null;
  /** Another socket of the same namespace and protocol accepts on the local port. */
  localPortListens: boolean;
}
