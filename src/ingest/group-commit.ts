import { encodeSegment, type SegmentLine, segmentKey } from '../core/segment.ts';
import { addSequences, type SequenceRange } from '../core/sequence-ranges.ts';
import { formatDay } from '../core/time.ts';
import * as fleetStore from '../fleet/store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import { IngestError, overloaded } from './errors.ts';
import { BATCH_GAPS_MAX, GROUP_BATCHES_MAX, PENDING_BYTES_MAX, SEGMENT_BYTES_MAX } from './limits.ts';
import * as store from './store.ts';

/** What one batch wants to make durable. */
export interface CommitRequest extends store.Producer {
  readonly sequence: number;
  readonly lines: readonly SegmentLine[];
  /** What it takes while it waits and in the segment: as it came or as it is written, whichever is more. */
  readonly bytes: number;
  /** Rows that were acknowledged and thrown away because collection is stopped. */
  readonly rowsDropped: number;
  /** Newest event time, when rows are kept. */
  readonly maxEventMs: number | undefined;
  /** New addresses of the agent, JSON. */
  readonly networkJson: string | undefined;
  /** The lines hold today's id mapping row. */
  readonly mapped: boolean;
}

interface Pending extends CommitRequest {
  readonly resolve: (outcome: 'committed' | 'duplicate') => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes the batches of all agents durable together: one object, then one transaction. While a group is on its way to
 * the disk the next one gathers, so nobody waits for a timer and a busy disk is shared by more batches.
 *
 * Invariants: a request resolves only after its rows are durable and its number is recorded; a number is recorded once;
 * an object without its transaction is a segment nobody knows, and its key is written again.
 */
export class GroupCommit {
  readonly #ports: { state: StateStore; objects: ObjectStore; clock: Clock };
  readonly #accountId: string;
  #waiting: Pending[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;

  constructor(ports: { state: StateStore; objects: ObjectStore; clock: Clock }, accountId: string) {
    this.#ports = ports;
    this.#accountId = accountId;
  }

  commit(request: CommitRequest): Promise<'committed' | 'duplicate'> {
    // Where nothing waits, whatever came has room: a batch that never fits would come again for ever.
    if (this.#waitingBytes > 0 && this.#waitingBytes + request.bytes > PENDING_BYTES_MAX) throw overloaded();
    this.#waitingBytes += request.bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...request, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #drain(): Promise<void> {
    // One turn of the event loop lets requests that arrived together share the first group too.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#commitGroup(this.#takeGroup());
    this.#running = undefined;
  }

  /** As many waiting batches as fit a segment. The same number twice never shares a group: the second sees the first. */
  #takeGroup(): Pending[] {
    const group: Pending[] = [];
    const numbers = new Set<string>();
    let bytes = 0;
    for (const pending of this.#waiting.slice(0, GROUP_BATCHES_MAX)) {
      const number = `${pending.agentId}/${pending.epoch}/${pending.sequence}`;
      const fits = group.length === 0 || bytes + pending.bytes <= SEGMENT_BYTES_MAX;
      if (!fits || numbers.has(number)) break;
      numbers.add(number);
      bytes += pending.bytes;
      group.push(pending);
    }
    this.#waiting = this.#waiting.slice(group.length);
    this.#waitingBytes -= bytes;
    return group;
  }

  async #commitGroup(group: readonly Pending[]): Promise<void> {
    try {
      const known = await store.listAcceptedRanges(this.#ports.state.queries, this.#accountId, group);
      const fresh = group.filter((pending) => {
        const key = store.producerKey(pending.agentId, pending.epoch);
        return settleKnown(pending, known.get(key) ?? [], (ranges) => known.set(key, ranges));
      });
      if (fresh.length > 0) await this.#commitFresh(fresh);
      for (const pending of fresh) pending.resolve('committed');
    } catch (error) {
      for (const pending of group) pending.reject(error);
    }
  }

  async #commitFresh(group: readonly Pending[]): Promise<void> {
    const lines = group.flatMap((pending) => pending.lines);
    const segmentNo = (await store.readLastSegmentNo(this.#ports.state.queries, this.#accountId)) + 1;
    const segment = encodeSegment(lines, newestEvents(group));
    const objectKey = segmentKey(this.#accountId, segmentNo);
    if (lines.length > 0) await this.#ports.objects.put(objectKey, segment.parts);
    await this.#ports.state.transaction(async (tx) => {
      const nowMs = this.#ports.clock.nowMs();
      if (lines.length > 0) {
        if (!(await store.advanceLog(tx, this.#accountId, segmentNo))) throw overloaded();
        await store.insertSegment(tx, { ...segment, accountId: this.#accountId, segmentNo, objectKey, nowMs });
      }
      await this.#recordNumbers(tx, group);
      await this.#recordAgents(tx, group, nowMs);
    });
  }

  async #recordNumbers(tx: StateTransaction, group: readonly Pending[]): Promise<void> {
    const known = await store.listAcceptedRanges(tx, this.#accountId, group);
    const byProducer = Map.groupBy(group, (pending) => store.producerKey(pending.agentId, pending.epoch));
    for (const [key, batches] of byProducer) {
      const before: readonly SequenceRange[] = known.get(key) ?? [];
      const { ranges, duplicates } = addSequences(
        before,
        batches.map((batch) => batch.sequence),
      );
      if (duplicates.length > 0) throw overloaded();
      const producer = batches[0];
      if (producer !== undefined)
        await store.changeAcceptedRanges(tx, { accountId: this.#accountId, ...producer }, { before, after: ranges });
    }
  }

  async #recordAgents(tx: StateTransaction, group: readonly Pending[], nowMs: number): Promise<void> {
    const ids = (some: readonly Pending[]) => [...new Set(some.map((pending) => pending.agentId))];
    const withRows = ids(group.filter((pending) => pending.maxEventMs !== undefined));
    const withoutRows = ids(group).filter((agentId) => !withRows.includes(agentId));
    await fleetStore.recordContact(tx, this.#accountId, withRows, { nowMs, withRows: true });
    await fleetStore.recordContact(tx, this.#accountId, withoutRows, { nowMs, withRows: false });
    await fleetStore.recordMapped(
      tx,
      this.#accountId,
      ids(group.filter((pending) => pending.mapped)),
      formatDay(nowMs),
    );
    for (const pending of group) {
      if (pending.networkJson !== undefined)
        await fleetStore.recordAddresses(tx, this.#accountId, pending.agentId, pending.networkJson);
      if (pending.rowsDropped > 0)
        await fleetStore.addRowsDropped(tx, this.#accountId, pending.agentId, pending.rowsDropped);
    }
  }
}

/** Answers a batch that needs no commit. True: it is new, and `add` has its number. One bad batch spoils no other. */
function settleKnown(
  pending: Pending,
  known: readonly SequenceRange[],
  add: (ranges: SequenceRange[]) => void,
): boolean {
  const { ranges, duplicates } = addSequences(known, [pending.sequence]);
  if (duplicates.length > 0) {
    pending.resolve('duplicate');
    return false;
  }
  if (ranges.length > BATCH_GAPS_MAX) {
    pending.reject(
      new IngestError(422, 'TooManyGaps', 'Batch numbers of an epoch must follow each other. Begin a higher epoch.'),
    );
    return false;
  }
  add([...ranges]);
  return true;
}

function newestEvents(group: readonly Pending[]): [string, number][] {
  const newest = new Map<string, number>();
  for (const { agentId, maxEventMs } of group) {
    if (maxEventMs !== undefined) newest.set(agentId, Math.max(newest.get(agentId) ?? maxEventMs, maxEventMs));
  }
  return [...newest];
}
