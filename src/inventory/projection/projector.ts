import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from '../../core/errors.ts';
import type { TableName } from '../../core/records.ts';
import { holdsLease, type Lease } from '../../jobs/leases.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/objects.ts';
import type { LakeWriter } from '../../ports/sql-engine.ts';
import type { StateStore } from '../../ports/state/state-store.ts';
import { readCursor } from '../../telemetry/log-store.ts';
import { listFilesOfSegments } from '../../telemetry/store.ts';
import { applySections } from './apply-sections.ts';
import { CREATE_OBSERVATIONS, composeConnections } from './edge-sql.ts';
import { composePerformance } from './performance-sql.ts';
import * as sql from './projection-sql.ts';
import * as store from './projection-store.ts';

export interface ProjectorPorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  /** A database of its own for each step, whose memory goes back with it. */
  readonly openEngine: () => Promise<LakeWriter>;
}

export interface ProjectorOptions {
  readonly accountId: string;
  /** Local folder for what is being written; emptied before each step. */
  readonly workDir: string;
  /** Held by whoever projects this account. */
  readonly lease: Lease;
  /** Called after a step is true, before the objects it replaced are deleted. */
  readonly onProjected: () => Promise<void>;
}

export interface ProjectionReport {
  readonly files: number;
  readonly agents: number;
  readonly isRebuild: boolean;
}

interface Step {
  readonly from: number;
  readonly upTo: number;
  readonly log: store.ProjectionLog;
  readonly isRebuild: boolean;
  readonly old: ReadonlyMap<store.SnapshotName, store.Snapshot>;
  readonly engine: LakeWriter;
}

/**
 * Follows the telemetry's files: what they say of hosts becomes sources of servers, what they say of processes and
 * connections becomes the next snapshots. Servers are written first, which may be repeated; then one transaction names the
 * snapshots and moves the cursor, so every row is counted once. A rebuild is the same step over all files there are, from
 * nothing but the identities of servers.
 */
export class Projector {
  readonly #ports: ProjectorPorts;
  readonly #options: ProjectorOptions;

  constructor(ports: ProjectorPorts, options: ProjectorOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Takes in what has been rolled since. Undefined: nothing has. The caller holds the lease. */
  async projectOnce(): Promise<ProjectionReport | undefined> {
    const { accountId, workDir } = this.#options;
    const { queries } = this.#ports.state;
    const log = await store.readProjectionLog(queries, accountId);
    const { rolledSegmentNo: upTo } = await readCursor(queries, accountId);
    const isRebuild = log.rebuildNo > log.rebuiltNo;
    if (upTo <= log.projectedSegmentNo && !isRebuild) return undefined;
    await rm(workDir, { recursive: true, force: true });
    await mkdir(workDir, { recursive: true });
    await using engine = await this.#ports.openEngine();
    const old = isRebuild ? new Map() : await store.readSnapshots(queries, accountId);
    return await this.#project({ from: log.projectedSegmentNo, upTo, log, isRebuild, old, engine });
  }

  async #project(step: Step): Promise<ProjectionReport> {
    const { engine } = step;
    const { files, ignored } = await this.#readNews(step);
    for (const name of store.SNAPSHOT_NAMES) await engine.run(sql.composeOld(name, this.#locate(step.old.get(name))));
    await engine.run(sql.CREATE_ITEM_ID);
    await engine.run(composePerformance());
    const { state, clock } = this.#ports;
    const agents = await applySections({ state, clock, engine, ignored }, this.#options.accountId);
    await this.#readPlaces(engine);
    const snapshotNo = await store.takeSnapshotNo(state.queries, this.#options.accountId);
    const made = await this.#writeSnapshots(step, snapshotNo);
    await this.#publish(step, made);
    await this.#options.onProjected();
    await this.#ports.objects.delete(await this.#listUnnamed(snapshotNo));
    return { files, agents, isRebuild: step.isRebuild };
  }

  /** Opens the files of the step. Returns how many, and through when rows of agents are left out. */
  async #readNews({ engine, from, upTo, isRebuild }: Step): Promise<{ files: number; ignored: Map<string, number> }> {
    const { accountId } = this.#options;
    const { state, objects } = this.#ports;
    const files = await listFilesOfSegments(state.queries, accountId, { after: isRebuild ? 0 : from, upTo });
    const byTable = Map.groupBy(files, (file) => file.table);
    const paths = new Map(
      [...byTable].map(([table, some]): [TableName, string[]] => [
        table,
        some.map((file) => objects.locate(file.objectKey)),
      ]),
    );
    const ignored = new Map<string, number>();
    for await (const page of store.eachPlacePage(state.queries, accountId))
      for (const one of page) if (one.ignoredThroughMs > 0) ignored.set(one.agentId, one.ignoredThroughMs);
    const lines = [...ignored].map(([agentId, throughMs]) => ({ agent_id: agentId, through_ms: throughMs }));
    for (const statement of sql.composeNews(paths, await this.#writeLines('ignored', [lines])))
      await engine.run(statement);
    return { files: files.length, ignored };
  }

  async #readPlaces(engine: LakeWriter): Promise<void> {
    const { accountId } = this.#options;
    const { queries } = this.#ports.state;
    const files = {
      agents: await this.#writeLines('agents', lookAtAgents(store.eachPlacePage(queries, accountId))),
      addresses: await this.#writeLines('addresses', lookAtAddresses(store.eachAddressPage(queries, accountId))),
    };
    for (const statement of sql.composePlaces(files)) await engine.run(statement);
  }

  /** The snapshots that are other ones after this step. */
  async #writeSnapshots({ engine, old }: Step, snapshotNo: number): Promise<Map<store.SnapshotName, store.Snapshot>> {
    const { accountId } = this.#options;
    const made = new Map<store.SnapshotName, store.Snapshot>();
    const write = async (name: store.SnapshotName): Promise<string> => {
      const path = join(this.#options.workDir, `${name}.parquet`);
      const [result] = await engine.run(sql.composeSnapshotCopy(name, path));
      const objectKey = `${snapshotPrefix(accountId)}${name}/${snapshotFile(snapshotNo)}`;
      await this.#ports.objects.putFile(objectKey, path);
      made.set(name, { objectKey, rows: Number(result?.Count) });
      return this.#ports.objects.locate(objectKey);
    };
    await write('performance');
    for (const statement of sql.CREATE_PROCESSES) await engine.run(statement);
    const [changes] = await engine.run(sql.COUNT_PROCESS_CHANGES);
    if (!old.has('processes') || Number(changes?.added) + Number(changes?.gone) > 0) await write('processes');
    await write('process_ids');
    for (const statement of CREATE_OBSERVATIONS) await engine.run(statement);
    await engine.run(composeConnections(await write('observations')));
    await write('connections');
    return made;
  }

  async #publish(step: Step, made: ReadonlyMap<store.SnapshotName, store.Snapshot>): Promise<void> {
    const { accountId, lease } = this.#options;
    await this.#ports.state.transaction(async (tx) => {
      assert(await holdsLease(tx, lease, this.#ports.clock.nowMs()), `the lease ${lease.name} is still held`);
      const { from, upTo, log, isRebuild } = step;
      const rebuiltNo = isRebuild ? log.rebuildNo : log.rebuiltNo;
      assert(
        await store.finishProjection(tx, accountId, { from, upTo, rebuiltNo }),
        'the cursor stands where the step began',
      );
      for (const [name, snapshot] of made) await store.putSnapshot(tx, accountId, name, snapshot);
    });
  }

  #locate(snapshot: store.Snapshot | undefined): string | undefined {
    return snapshot && this.#ports.objects.locate(snapshot.objectKey);
  }

  /** Snapshots of earlier steps, and of steps that were killed. Those of a later one may be about to be named. */
  async #listUnnamed(snapshotNo: number): Promise<string[]> {
    const { accountId } = this.#options;
    const current = await store.readSnapshots(this.#ports.state.queries, accountId);
    const named = new Set([...current.values()].map(({ objectKey }) => objectKey));
    const listed = await this.#ports.objects.list(snapshotPrefix(accountId), { limit: LISTED_MAX });
    const isEarlier = (key: string) => key.slice(key.lastIndexOf('/') + 1) <= snapshotFile(snapshotNo);
    return listed.map(({ key }) => key).filter((key) => !named.has(key) && isEarlier(key));
  }

  /** Others get the event loop between two pages. */
  async #writeLines(name: string, pages: Iterable<readonly Line[]> | AsyncIterable<readonly Line[]>): Promise<string> {
    const path = join(this.#options.workDir, `${name}.ndjson`);
    await writeFile(path, joinLines(pages));
    return path;
  }
}

type Line = Readonly<Record<string, unknown>>;

async function* joinLines(pages: Iterable<readonly Line[]> | AsyncIterable<readonly Line[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((line) => `${JSON.stringify(line)}\n`).join('');
}

async function* lookAtAgents(pages: AsyncIterable<readonly store.AgentPlace[]>): AsyncGenerator<Line[]> {
  for await (const page of pages)
    yield page.map((one) => ({ agent_id: one.agentId, server_id: one.serverId, through_ms: one.ignoredThroughMs }));
}

async function* lookAtAddresses(pages: AsyncIterable<readonly store.AddressPlace[]>): AsyncGenerator<Line[]> {
  for await (const page of pages) yield page.map((one) => ({ address: one.address, server_id: one.serverId }));
}

/** There are five at a time and five that they replaced; more only after a row of kills. */
const LISTED_MAX = 1000;

/** Later ones are greater texts. */
function snapshotFile(snapshotNo: number): string {
  return `${String(snapshotNo).padStart(20, '0')}.parquet`;
}

function snapshotPrefix(accountId: string): string {
  return `inventory/${accountId}/`;
}
