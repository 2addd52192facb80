// One tick: read the host, thin, give rows. A table that fails is left out of that tick and said once; the others go
// on, because a host where one file cannot be read is still worth its other six.

import { HOUR_MS, MINUTE_MS } from '../../core/time.ts';
import type { AgentLog } from '../agent-options.ts';
import { createLakeRows, formatSampleTime, type LakeRows } from '../lake-rows.ts';
import { ConnectionMemory, createConnectionRow } from './connection-rows.ts';
import type { HostSource, PerformanceReading } from './host-source.ts';
import { createPerformanceRow } from './performance-row.ts';
import { RepeatGate } from './repeat-gate.ts';
import { SnapshotGate } from './snapshot-gate.ts';

const KEYS_MAX = 100_000;
// Systems and addresses change rarely; looking every sample would cost more than it tells.
const SNAPSHOT_EVERY_MS = MINUTE_MS;

export class HostSampler {
  readonly #source: HostSource;
  readonly #log: AgentLog;
  readonly #osGate = new SnapshotGate();
  readonly #interfaceGate = new SnapshotGate();
  readonly #processGate = new RepeatGate({ repeatMs: HOUR_MS, keysMax: KEYS_MAX });
  readonly #connectionGate = new RepeatGate({ repeatMs: HOUR_MS, keysMax: KEYS_MAX });
  readonly #connections = new ConnectionMemory(KEYS_MAX);
  readonly #failing = new Set<string>();
  #previous: PerformanceReading | undefined;
  #snapshotAtMs: number | undefined;

  constructor(source: HostSource, log: AgentLog) {
    this.#source = source;
    this.#log = log;
  }

  get isHealthy(): boolean {
    return this.#failing.size === 0;
  }

  /** Forgets the last counters, so that a pause never becomes one long interval. */
  restartSeries(): void {
    this.#previous = undefined;
  }

  async sample(nowMs: number): Promise<LakeRows> {
    const rows = createLakeRows();
    await this.#attempt('performance', () => this.#samplePerformance(rows, nowMs));
    if (this.#isSnapshotDue(nowMs)) {
      await this.#attempt('system', () => this.#sampleOs(rows, nowMs));
      await this.#attempt('interfaces', () => this.#sampleInterfaces(rows, nowMs));
      this.#snapshotAtMs = nowMs;
    }
    await this.#attempt('processes', () => this.#sampleProcesses(rows, nowMs));
    await this.#attempt('connections', () => this.#sampleConnections(rows, nowMs));
    return rows;
  }

  #isSnapshotDue(nowMs: number): boolean {
    const at = this.#snapshotAtMs;
    return at === undefined || nowMs < at || nowMs - at >= SNAPSHOT_EVERY_MS;
  }

  async #attempt(what: string, read: () => Promise<void>): Promise<void> {
    try {
      await read();
      this.#failing.delete(what);
    } catch (error) {
      if (!this.#failing.has(what)) this.#log('warn', `cannot read ${what} of this host`, { error: String(error) });
      this.#failing.add(what);
    }
  }

  async #samplePerformance(rows: LakeRows, nowMs: number): Promise<void> {
    const current = await this.#source.readPerformance();
    const previous = this.#previous;
    this.#previous = current;
    if (previous !== undefined) rows.sys_performance_agent.push(createPerformanceRow(previous, current, nowMs));
  }

  async #sampleOs(rows: LakeRows, nowMs: number): Promise<void> {
    const facts = await this.#source.readOs();
    if (!this.#osGate.admit(facts, nowMs)) return;
    rows.os_info_agent.push({
      os_name: facts.osName,
      os_version: facts.osVersion,
      cpu_type: facts.cpuType,
      host_name: facts.hostName,
      hypervisor: facts.hypervisor,
      timestamp: formatSampleTime(nowMs),
    });
  }

  // All addresses are written when one changes: the rows of the newest timestamp are then the host's whole set.
  async #sampleInterfaces(rows: LakeRows, nowMs: number): Promise<void> {
    const addresses = await this.#source.readInterfaces();
    if (!this.#interfaceGate.admit(addresses, nowMs)) return;
    for (const address of addresses) {
      rows.network_interface_agent.push({
        name: address.name,
        mac_address: address.macAddress,
        family: address.family,
        ip_address: address.ipAddress,
        gateway: address.gateway,
        net_mask: address.netMask,
        timestamp: formatSampleTime(nowMs),
      });
    }
  }

  async #sampleProcesses(rows: LakeRows, nowMs: number): Promise<void> {
    const processes = new Map((await this.#source.readProcesses(nowMs)).map((process) => [process.key, process]));
    for (const key of this.#processGate.select(processes.keys(), nowMs)) {
      const process = processes.get(key);
      if (process === undefined) continue;
      rows.processes_agent.push({
        agent_assigned_process_id: process.processId,
        is_system: process.isSystem,
        name: process.name,
        cmd_line: process.cmdLine,
        path: process.path,
        agent_provided_timestamp: formatSampleTime(nowMs),
      });
    }
  }

  async #sampleConnections(rows: LakeRows, nowMs: number): Promise<void> {
    const seen = this.#connections.observe(await this.#source.readSockets());
    const connections = new Map(seen.map((connection) => [connection.key, connection]));
    for (const key of this.#connectionGate.select(connections.keys(), nowMs)) {
      const connection = connections.get(key);
      if (connection === undefined) continue;
      const table = connection.direction === 'inbound' ? 'inbound_connection_agent' : 'outbound_connection_agent';
      rows[table].push(createConnectionRow(connection, nowMs));
    }
  }
}
