import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/objects.ts';
import type { LakeWriter } from '../../ports/sql-engine.ts';
import type { StateStore } from '../../ports/state/state-store.ts';

/** What the makers of exports work with. */
export interface MakingPorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  /** An engine of the export's own: rolls have theirs and never wait for an export. */
  readonly openWriter: () => Promise<LakeWriter>;
}

/** Where one attempt of an export puts its files, and how it is told to give up. */
export interface MakingPlace {
  /** A local folder of its own, empty. */
  readonly folder: string;
  /** Longest window of an agent export; an open-ended one is cut to it. */
  readonly windowMsMax: number;
  /** Sizes and prices of EC2 instance types. */
  readonly pricesFile: string;
  readonly signal: AbortSignal;
}
