import type { ServerAttributes } from '../../inventory/server-attributes.ts';
import type { TagPair } from '../../inventory/tag-store.ts';

/** A record that can be imported. */
export interface ServerRecord {
  readonly line: number;
  /** As it stands in the file. */
  readonly text: string;
  /** Names an existing server: then only applications are taken from the record. */
  readonly serverId: string | undefined;
  readonly attributes: ServerAttributes;
  readonly applications: readonly string[];
  readonly wave: string | undefined;
  readonly tags: readonly TagPair[];
  /** What is given, by the name of the column. */
  readonly given: ReadonlyMap<string, string>;
}

/** A record, or a line that is none, that cannot be imported. */
export interface RecordFault {
  readonly line: number;
  readonly text: string;
  readonly externalId: string;
  readonly errors: readonly FieldError[];
  /** Applications that this record alone named: they count as not imported. */
  readonly applications: readonly string[];
}

export interface FieldError {
  /** Empty when it is about the whole record. */
  readonly column: string;
  readonly message: string;
}
