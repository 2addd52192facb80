import type { SegmentLine } from '../core/segment.ts';
import { formatDay } from '../core/time.ts';
import type { Agent, AgentAddress } from '../fleet/agent.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { StoreFullError } from '../ports/store-errors.ts';
import { type BatchIdentity, frameDeadLetters } from './dead-letters.ts';
import { decodeBody } from './decode-body.ts';
import { IngestError, notABatch, storeFull } from './errors.ts';
import { type CommitRequest, GroupCommit } from './group-commit.ts';
import { ADDRESSES_MAX, IP_CHARACTERS_MAX, MAC_CHARACTERS_MAX, REJECTED_LISTED_MAX } from './limits.ts';
import { type Batch, readJsonBatch, readNdjsonBatch } from './read-batch.ts';
import { frameServerLine } from './read-line.ts';

export interface BatchUpload {
  /** Text of the `Periplus-Batch` header. */
  readonly batchNumber: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly body: Buffer;
}

export interface BatchAnswer {
  readonly accepted: number;
  /** The first of the rejected rows, REJECTED_LISTED_MAX at most. */
  readonly rejected: readonly RejectedRow[];
  /** How many there are. */
  readonly rejectedRows: number;
  readonly duplicate: boolean;
}

export interface RejectedRow {
  readonly table: string;
  readonly row: number;
  readonly reason: string;
}

export interface IngestOptions {
  readonly accountId: string;
  /** Free bytes below which nothing is acknowledged any more, so that reads and recovery keep room to work. */
  readonly freeBytesMin: number;
}

const FREE_SPACE_CHECK_MS = 1000;
const DUPLICATE: BatchAnswer = { accepted: 0, rejected: [], rejectedRows: 0, duplicate: true };

/** The door: takes a batch from an agent that was let in, and answers when its rows are durable. */
export class Ingest {
  readonly #commit: GroupCommit;
  readonly #ports: { state: StateStore; objects: ObjectStore; clock: Clock };
  readonly #options: IngestOptions;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  #full = false;

  constructor(ports: { state: StateStore; objects: ObjectStore; clock: Clock }, options: IngestOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#commit = new GroupCommit(ports, options.accountId);
  }

  /** @throws IngestError when the batch is not taken; the agent keeps it or gives it up by the status. */
  async accept(agent: Agent, upload: BatchUpload): Promise<BatchAnswer> {
    const identity = { agentId: agent.agentId, ...parseBatchNumber(upload.batchNumber) };
    await this.#refuseWhenFull();
    const body = await decodeBody(upload.body, upload.contentEncoding);
    const nowMs = this.#ports.clock.nowMs();
    const { request, answer } = prepare(agent, identity, readerOf(upload.contentType), { body, nowMs });
    const outcome = await this.#commit.commit(request).catch(mapStoreErrors);
    if (agent.health === 'BLACKLISTED')
      throw new IngestError(403, 'Blacklisted', 'An administrator refuses this agent.');
    return outcome === 'duplicate' ? DUPLICATE : answer;
  }

  /** Resolves when every batch that came in is on the disk. */
  drain(): Promise<void> {
    return this.#commit.idle();
  }

  async #refuseWhenFull(): Promise<void> {
    const nowMs = this.#ports.clock.nowMs();
    const ageMs = nowMs - this.#checkedAtMs;
    // A clock that was put back must not keep an old answer until it has caught up.
    if (ageMs < 0 || ageMs >= FREE_SPACE_CHECK_MS) {
      this.#checkedAtMs = nowMs;
      const freeBytes = await this.#ports.objects.freeBytes();
      this.#full = freeBytes !== undefined && freeBytes < this.#options.freeBytesMin;
    }
    if (this.#full) throw storeFull();
  }
}

/**
 * From bytes to what is to be committed. Nothing of the parsed batch outlives this call: what a batch waits with for
 * its commit are bytes, which the garbage collector does not have to carry.
 */
function prepare(
  agent: Agent,
  identity: BatchIdentity,
  read: typeof readNdjsonBatch,
  { body, nowMs }: { body: Buffer; nowMs: number },
): { request: CommitRequest; answer: BatchAnswer } {
  const batch = read(body, { agentId: agent.agentId, nowMs, refused: agent.health === 'BLACKLISTED' });
  const rejectedRows = countRejected(batch);
  return {
    request: planCommit(agent, identity, batch, { nowMs, bytes: body.length }),
    answer: {
      accepted: batch.rows - rejectedRows,
      rejected: listRejected(batch),
      rejectedRows,
      duplicate: false,
    },
  };
}

function countRejected(batch: Batch): number {
  return batch.rejected.reduce((sum, { rows }) => sum + rows, 0);
}

function listRejected(batch: Batch): RejectedRow[] {
  const listed: RejectedRow[] = [];
  for (const { table, row, rows, reason } of batch.rejected) {
    const last = row + Math.min(rows, REJECTED_LISTED_MAX - listed.length);
    for (let at = row; at < last; at += 1) listed.push({ table, row: at, reason });
    if (listed.length >= REJECTED_LISTED_MAX) break;
  }
  return listed;
}

function readerOf(contentType: string | undefined): typeof readNdjsonBatch {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-ndjson') return readNdjsonBatch;
  if (type === 'application/json') return readJsonBatch;
  throw new IngestError(
    415,
    'UnsupportedContentType',
    'Content-Type must be application/x-ndjson or application/json.',
  );
}

const BATCH_NUMBER = /^(\d{1,15})-(\d{1,15})$/;

function parseBatchNumber(text: string | undefined): { epoch: number; sequence: number } {
  const match = BATCH_NUMBER.exec(text ?? '');
  if (match === null)
    throw notABatch('The header Periplus-Batch is <epoch>-<sequence>, two unsigned integers below 10^15.');
  return { epoch: Number(match[1]), sequence: Number(match[2]) };
}

function planCommit(
  agent: Agent,
  identity: BatchIdentity,
  batch: Batch,
  facts: { nowMs: number; bytes: number },
): CommitRequest {
  const stopped = agent.collection === 'STOPPED';
  const kept = stopped ? [] : batch.lines;
  const mapped = kept.length > 0 && agent.mappedDay !== formatDay(facts.nowMs);
  const lines: SegmentLine[] = [...kept];
  if (mapped) lines.push(frameMapping(agent, facts.nowMs));
  lines.push(...frameDeadLetters(batch.rejected, identity, facts.nowMs));
  return {
    ...identity,
    lines,
    bytes: Math.max(
      facts.bytes,
      lines.reduce((sum, line) => sum + bytesOf(line), 0),
    ),
    rowsDropped: stopped ? batch.rows - countRejected(batch) : 0,
    maxEventMs: kept.length === 0 ? undefined : Math.max(...kept.map((line) => line.maxEventMs)),
    networkJson: stopped ? undefined : learnAddresses(agent, batch),
    mapped,
  };
}

function bytesOf(line: SegmentLine): number {
  return line.bytes.reduce((sum, part) => sum + part.byteLength, 0);
}

function frameMapping(agent: Agent, nowMs: number): SegmentLine {
  const columns = { server_id: [agent.serverId], timestamp: [new Date(nowMs).toISOString()] };
  return frameServerLine('id_mapping_agent', agent.agentId, columns, [nowMs]);
}

/** The agent's addresses as DescribeAgents lists them, when the batch tells of others than we know. */
function learnAddresses(agent: Agent, batch: Batch): string | undefined {
  const addresses: AgentAddress[] = [];
  for (const columns of batch.columnsOf('network_interface_agent')) {
    const ips = columns.ip_address ?? [];
    for (let row = 0; row < ips.length && addresses.length < ADDRESSES_MAX; row += 1) {
      const address = readAddress(ips[row], columns.mac_address?.[row]);
      if (address !== undefined) addresses.push(address);
    }
  }
  if (addresses.length === 0) return undefined;
  const text = JSON.stringify(addresses);
  return text === agent.addressesJson ? undefined : text;
}

function readAddress(ip: unknown, mac: unknown): AgentAddress | undefined {
  if (typeof ip !== 'string' || ip.length > IP_CHARACTERS_MAX || isLoopback(ip)) return undefined;
  const macAddress = typeof mac === 'string' ? mac : '';
  return macAddress.length > MAC_CHARACTERS_MAX ? undefined : { ipAddress: ip, macAddress };
}

function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1';
}

function mapStoreErrors(error: unknown): never {
  throw error instanceof StoreFullError ? storeFull() : error;
}
