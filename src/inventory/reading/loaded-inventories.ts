import type { ObjectStore } from '../../ports/objects.ts';
import type { LakeWriter } from '../../ports/sql-engine.ts';
import type { StateStore } from '../../ports/state/state-store.ts';
import { readSnapshots } from '../projection/projection-store.ts';
import { LoadedInventory } from './loaded-inventory.ts';

export interface LoadedInventoriesPorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  /** An empty database of its own, whose memory goes back with it. */
  readonly openEngine: () => Promise<LakeWriter>;
}

export interface LoadedInventoriesOptions {
  readonly accountId: string;
  /** Of one question. Loading takes one thread, whatever this says. */
  readonly threads: number;
  /** A load in the background failed: what is loaded goes on answering, and the next question tries again. */
  readonly onError: (error: unknown) => void;
}

interface Held {
  readonly key: string;
  readonly loaded: LoadedInventory;
  users: number;
  isRetired: boolean;
}

/**
 * Keeps the newest snapshots loaded. A new projection is loaded beside the old one, which answers meanwhile and goes when
 * nobody asks it any more. Only the first load is waited for.
 */
export class LoadedInventories implements AsyncDisposable {
  readonly #ports: LoadedInventoriesPorts;
  readonly #options: LoadedInventoriesOptions;
  #current: Held | undefined;
  #loading: Promise<Held> | undefined;

  constructor(ports: LoadedInventoriesPorts, options: LoadedInventoriesOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Asks what is loaded, which knows every server as it is now. */
  async ask<T>(question: (engine: LakeWriter) => Promise<T>): Promise<T> {
    const held = await this.#take();
    held.users += 1;
    try {
      return await held.loaded.ask(this.#ports.state.queries, question);
    } finally {
      held.users -= 1;
      await disposeUnused(held);
    }
  }

  /** Waits until the snapshots that are named now answer. */
  async refresh(): Promise<void> {
    while (!isCurrent(this.#current, await this.#readKey())) await this.#load();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loading?.catch(() => {});
    await this.#replace(undefined);
  }

  async #take(): Promise<Held> {
    const key = await this.#readKey();
    if (this.#current === undefined) return await this.#load();
    if (!isCurrent(this.#current, key)) this.#load().catch(this.#options.onError);
    return this.#current;
  }

  #load(): Promise<Held> {
    this.#loading ??= this.#loadNow().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadNow(): Promise<Held> {
    for (;;) {
      const key = await this.#readKey();
      try {
        const held = { key, loaded: await this.#open(), users: 0, isRetired: false };
        await this.#replace(held);
        return held;
      } catch (error) {
        // The objects of a projection go when the next one is there.
        if (key === (await this.#readKey())) throw error;
      }
    }
  }

  async #open(): Promise<LoadedInventory> {
    const { state, objects, openEngine } = this.#ports;
    const { accountId, threads } = this.#options;
    const snapshots = await readSnapshots(state.queries, accountId);
    const locate = (name: 'processes' | 'connections') => {
      const snapshot = snapshots.get(name);
      return snapshot && objects.locate(snapshot.objectKey);
    };
    const files = { processes: locate('processes'), connections: locate('connections') };
    return await LoadedInventory.load(await openEngine(), state.queries, { accountId, files, threads });
  }

  async #replace(held: Held | undefined): Promise<void> {
    const before = this.#current;
    this.#current = held;
    if (before === undefined) return;
    before.isRetired = true;
    await disposeUnused(before);
  }

  async #readKey(): Promise<string> {
    const snapshots = await readSnapshots(this.#ports.state.queries, this.#options.accountId);
    return `${snapshots.get('processes')?.objectKey} ${snapshots.get('connections')?.objectKey}`;
  }
}

function isCurrent(held: Held | undefined, key: string): boolean {
  return held !== undefined && held.key === key && !held.loaded.isStale;
}

async function disposeUnused(held: Held): Promise<void> {
  if (held.isRetired && held.users === 0) await held.loaded[Symbol.asyncDispose]();
}
