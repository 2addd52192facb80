// The host as Linux's own files tell it. Roots are given, so that tests can lay out a host in a folder.

import { arch, endianness, hostname, networkInterfaces, release } from 'node:os';
import type {
  HostSource,
  InterfaceAddress,
  OsFacts,
  PerformanceReading,
  ProcessSighting,
  SocketSighting,
  TrafficCounters,
} from '../sampling/host-source.ts';
import {
  countLogicalProcessors,
  isWholeDiskName,
  parseCardCounters,
  parseCpuTicks,
  parseDiskCounters,
  parseMemory,
} from './counter-texts.ts';
import { readCpuTopology } from './cpu-topology.ts';
import { DiskSpace } from './disk-space.ts';
import { readKernelNames, readKernelText } from './kernel-files.ts';
import { parseRealMounts } from './mount-table.ts';
import { ProcessScan } from './process-scan.ts';
import { parseIpv4Gateways, parseIpv6Gateways } from './route-texts.ts';
import { SocketOwners } from './socket-owners.ts';
import { readConnectedSockets } from './socket-scan.ts';
import { parseCpuModel, parseHypervisor, parseOsRelease } from './system-texts.ts';

export interface LinuxRoots {
  proc: string;
  sys: string;
  etc: string;
}

const IS_LITTLE_ENDIAN = endianness() === 'LE';

export class LinuxSource implements HostSource {
  readonly #roots: LinuxRoots;
  readonly #processes: ProcessScan;
  readonly #owners: SocketOwners;
  readonly #diskSpace = new DiskSpace();

  constructor(roots: LinuxRoots = { proc: '/proc', sys: '/sys', etc: '/etc' }) {
    this.#roots = roots;
    this.#processes = new ProcessScan(roots.proc);
    this.#owners = new SocketOwners(roots.proc);
  }

  async readOs(): Promise<OsFacts> {
    const { proc, sys, etc } = this.#roots;
    const system = parseOsRelease(readKernelText(`${etc}/os-release`) ?? '');
    const firmware = (name: string) => readKernelText(`${sys}/class/dmi/id/${name}`, 4096)?.trim() ?? '';
    const xen = readKernelText(`${sys}/hypervisor/type`, 4096)?.trim();
    return {
      osName: `Linux - ${system.name ?? 'unknown'}`,
      osVersion: system.version ?? release(),
      cpuType: parseCpuModel(readKernelText(`${proc}/cpuinfo`) ?? '') ?? arch(),
      hostName: hostname(),
      hypervisor: xen || parseHypervisor(firmware('sys_vendor'), firmware('product_name')),
    };
  }

  async readInterfaces(): Promise<InterfaceAddress[]> {
    const ipv4Gateways = parseIpv4Gateways(this.#readProc('net/route'), IS_LITTLE_ENDIAN);
    const ipv6Gateways = parseIpv6Gateways(this.#readProc('net/ipv6_route'));
    const addresses: InterfaceAddress[] = [];
    for (const [name, infos] of Object.entries(networkInterfaces())) {
      for (const info of infos ?? []) {
        const isIpv4 = info.family === 'IPv4';
        addresses.push({
          name,
          macAddress: info.mac,
          family: isIpv4 ? 'IPv4' : 'IPv6',
          ipAddress: info.address,
          gateway: (isIpv4 ? ipv4Gateways : ipv6Gateways).get(name) ?? null,
          netMask: isIpv4 ? info.netmask : (info.cidr?.split('/')[1] ?? null),
        });
      }
    }
    return addresses.sort((a, b) => `${a.name} ${a.ipAddress}`.localeCompare(`${b.name} ${b.ipAddress}`));
  }

  async readPerformance(): Promise<PerformanceReading> {
    const stat = this.#readProc('stat');
    const memory = parseMemory(this.#readProc('meminfo'));
    const space = await this.#diskSpace.read(parseRealMounts(this.#readProc('mounts')));
    const disks = this.#readDisks();
    return {
      monotonicMs: performance.now(),
      cpu: parseCpuTicks(stat),
      disks,
      diskCount: disks?.size ?? null,
      cards: this.#readCards(),
      logicalProcessorCount: countLogicalProcessors(stat),
      ...readCpuTopology(this.#roots.sys, () => this.#readProc('cpuinfo')),
      diskSizeBytes: space.size,
      diskFreeBytes: space.free,
      ramBytes: memory.total,
      ramFreeBytes: memory.available,
    };
  }

  async readProcesses(nowMs: number): Promise<ProcessSighting[]> {
    return this.#processes.scan(nowMs);
  }

  async readSockets(): Promise<SocketSighting[]> {
    return readConnectedSockets(this.#roots.proc, this.#processes, this.#owners, IS_LITTLE_ENDIAN);
  }

  #readProc(name: string): string {
    return readKernelText(`${this.#roots.proc}/${name}`) ?? '';
  }

  #readDisks(): Map<string, TrafficCounters> | null {
    const block = `${this.#roots.sys}/block`;
    const names = readKernelNames(block)?.filter(
      (name) => isWholeDiskName(name) && readKernelNames(`${block}/${name}/device`) !== null,
    );
    return names === undefined ? null : parseDiskCounters(this.#readProc('diskstats'), new Set(names));
  }

  // Bridges, bonds and tunnels carry what a card carries already. A container has no card of its own: there all count.
  #readCards(): Map<string, TrafficCounters> {
    const all = parseCardCounters(this.#readProc('net/dev'));
    const isCard = (name: string) => readKernelNames(`${this.#roots.sys}/class/net/${name}/device`) !== null;
    const cards = new Map([...all].filter(([name]) => isCard(name)));
    return cards.size > 0 ? cards : all;
  }
}
