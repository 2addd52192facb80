// macOS and Windows through systeminformation. Counters it does not have stay null. Exact where the library is; its
// process and socket lists come from the system's own commands, which cost more than /proc does.

import { createHash } from 'node:crypto';
import { arch, availableParallelism, cpus, hostname, networkInterfaces, platform } from 'node:os';
import {
  cpu,
  diskLayout,
  disksIO,
  fsSize,
  fsStats,
  mem,
  networkConnections,
  networkGatewayDefault,
  networkInterfaceDefault,
  networkStats,
  osInfo,
  processes,
  system,
} from 'systeminformation';
import { cutCmdLine } from '../sampling/cmd-line.ts';
import type {
  HostSource,
  InterfaceAddress,
  OsFacts,
  PerformanceReading,
  ProcessSighting,
  SocketSighting,
  TrafficCounters,
} from '../sampling/host-source.ts';
import { TRACKED_STATES, type TrackedState } from '../sampling/host-source.ts';
import { ProcessStarts } from './process-starts.ts';

const OS_PREFIX: Readonly<Record<string, string>> = { darwin: 'MacOS', win32: 'WindowsOS', linux: 'Linux' };
const SYSTEM_USERS = new Set(['root', 'SYSTEM', 'NT AUTHORITY\\SYSTEM', 'LOCAL SERVICE', 'NETWORK SERVICE']);

export class SystemInformationSource implements HostSource {
  #hardware: Promise<{ coreCount: number | null; cpuCount: number | null; diskCount: number | null }> | undefined;

  readonly #starts = new ProcessStarts();

  async readOs(): Promise<OsFacts> {
    const [os, processor, machine] = await Promise.all([osInfo(), cpu(), system()]);
    return {
      osName: `${OS_PREFIX[platform()] ?? platform()} - ${os.distro}`,
      osVersion: os.release || null,
      cpuType: processor.brand || arch(),
      hostName: hostname(),
      hypervisor: machine.virtual ? (machine.virtualHost?.toLowerCase() ?? null) || null : null,
    };
  }

  async readInterfaces(): Promise<InterfaceAddress[]> {
    const [gateway, defaultName] = await Promise.all([networkGatewayDefault(), networkInterfaceDefault()]);
    const addresses: InterfaceAddress[] = [];
    for (const [name, infos] of Object.entries(networkInterfaces())) {
      for (const info of infos ?? []) {
        const isIpv4 = info.family === 'IPv4';
        addresses.push({
          name,
          macAddress: info.mac,
          family: isIpv4 ? 'IPv4' : 'IPv6',
          ipAddress: info.address,
          gateway: isIpv4 && name === defaultName ? gateway || null : null,
          netMask: isIpv4 ? info.netmask : (info.cidr?.split('/')[1] ?? null),
        });
      }
    }
    return addresses.sort((a, b) => `${a.name} ${a.ipAddress}`.localeCompare(`${b.name} ${b.ipAddress}`));
  }

  async readPerformance(): Promise<PerformanceReading> {
    this.#hardware ??= readHardware();
    const [hardware, memory, volumes, cards, disks] = await Promise.all([
      this.#hardware,
      mem(),
      fsSize(),
      networkStats('*'),
      readDiskCounters(),
    ]);
    const real = onceByDevice(volumes.filter((volume) => volume.size > 0));
    return {
      monotonicMs: performance.now(),
      cpu: readCpuTicks(),
      disks,
      cards: new Map(
        cards.filter((card) => !/^lo\d*$/i.test(card.iface)).map((card) => [card.iface, toCounters(card)]),
      ),
      logicalProcessorCount: availableParallelism(),
      coreCount: hardware.coreCount,
      cpuCount: hardware.cpuCount,
      diskCount: hardware.diskCount,
      diskSizeBytes: real.length === 0 ? null : real.reduce((sum, volume) => sum + volume.size, 0),
      diskFreeBytes: real.length === 0 ? null : real.reduce((sum, volume) => sum + volume.available, 0),
      ramBytes: memory.total,
      ramFreeBytes: memory.available,
    };
  }

  async readProcesses(): Promise<ProcessSighting[]> {
    const { list } = await processes();
    const startOf = this.#starts.settle(list.map(({ pid, started }) => ({ pid, startedMs: Date.parse(started) || 0 })));
    return list.map((process) => {
      const cmdLine = cutCmdLine(`${process.command} ${process.params}`.trim()) || null;
      const path = process.path || null;
      const digest = createHash('sha1').update(`${path}\0${cmdLine}`).digest('base64');
      return {
        key: `${process.pid}/${startOf.get(process.pid)}/${digest}`,
        processId: String(process.pid),
        isSystem: process.user ? SYSTEM_USERS.has(process.user) : null,
        name: process.name || null,
        cmdLine,
        path,
      };
    });
  }

  async readSockets(): Promise<SocketSighting[]> {
    const all = await networkConnections();
    const protocolOf = (text: string) => (text.startsWith('udp') ? ('UDP' as const) : ('TCP' as const));
    const listening = new Set(
      all.filter((one) => one.state === 'LISTEN').map((one) => `${protocolOf(one.protocol)}:${one.localPort}`),
    );
    return all.flatMap((one): SocketSighting[] => {
      const state = toState(one.state);
      const remotePort = Number(one.peerPort);
      const localPort = Number(one.localPort);
      if (state === undefined || !Number.isInteger(remotePort) || remotePort <= 0) return [];
      const protocol = protocolOf(one.protocol);
      const localIp = withoutMapping(one.localAddress);
      return [
        {
          namespace: '',
          protocol,
          family: localIp.includes(':') ? 'IPv6' : 'IPv4',
          localIp,
          localPort,
          remoteIp: withoutMapping(one.peerAddress),
          remotePort,
          state,
          processId: one.pid > 0 ? String(one.pid) : null,
          localPortListens: listening.has(`${protocol}:${localPort}`),
        },
      ];
    });
  }
}

async function readHardware(): Promise<{
  coreCount: number | null;
  cpuCount: number | null;
  diskCount: number | null;
}> {
  const [processor, disks] = await Promise.all([cpu(), diskLayout()]);
  return {
    coreCount: processor.physicalCores || null,
    cpuCount: processor.processors || null,
    diskCount: disks.length || null,
  };
}

// The library sums over all disks, so they count as one series.
async function readDiskCounters(): Promise<Map<string, TrafficCounters> | null> {
  const [bytes, operations] = await Promise.all([fsStats(), disksIO()]);
  if (!bytes && !operations) return null;
  return new Map([
    [
      'all',
      {
        bytesIn: bytes?.rx ?? null,
        bytesOut: bytes?.wx ?? null,
        operationsIn: operations?.rIO ?? null,
        operationsOut: operations?.wIO ?? null,
      },
    ],
  ]);
}

function readCpuTicks(): { busy: number; all: number } {
  let all = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    all += times.user + times.nice + times.sys + times.idle + times.irq;
    idle += times.idle;
  }
  return { busy: all - idle, all };
}

function toCounters(card: { rx_bytes: number; tx_bytes: number }): TrafficCounters {
  return { bytesIn: card.rx_bytes, bytesOut: card.tx_bytes, operationsIn: null, operationsOut: null };
}

function onceByDevice<V extends { fs: string }>(volumes: readonly V[]): V[] {
  return [...new Map(volumes.map((volume) => [volume.fs, volume])).values()];
}

function toState(text: string): TrackedState | undefined {
  const name = text.toUpperCase().replace('_WAIT_', '_WAIT');
  return TRACKED_STATES.find((state) => state === name);
}

function withoutMapping(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}
