/**
 * Immutable bytes under deterministic keys. A key is `/`-separated segments (`isObjectKey`), and no key continues another
 * one with `/`. An object becomes true only when a transaction of the state store names it, so a write may replace an
 * object nothing names yet.
 * Durability: when a write resolves, the bytes and the name survive power loss.
 */
export interface ObjectStore {
  /** Stores `body` under `key`. */
  put(key: string, body: Uint8Array | readonly Uint8Array[]): Promise<void>;
  /** Stores what a stream brings under `key`, holding little of it in memory. A stream that throws stores nothing. */
  putStream(key: string, body: AsyncIterable<Uint8Array>): Promise<ObjectInfo>;
  /** Stores a local file under `key`; the file is taken away. */
  putFile(key: string, path: string): Promise<ObjectInfo>;
  /** Gives the object at `from` a second name, without moving bytes where the store can. Replaces `to`. */
  link(from: string, to: string): Promise<void>;
  /** Bytes `start` to `end` (exclusive; to the end when left out), streamed. @throws ObjectMissingError */
  read(key: string, range?: { readonly start: number; readonly end?: number }): AsyncIterable<Uint8Array>;
  head(key: string): Promise<ObjectInfo | undefined>;
  /** Removes names; a name that is not there is no error. */
  delete(keys: readonly string[]): Promise<void>;
  /** Keys below `prefix` after `after`, ascending by bytes. */
  list(prefix: string, options: { readonly after?: string; readonly limit: number }): Promise<readonly ListedObject[]>;
  /** What an SQL engine opens: a local path, or an `s3://` URL. */
  locate(key: string): string;
  /** Bytes that can still be stored; undefined where the store does not say. */
  freeBytes(): Promise<number | undefined>;
}

export interface ObjectInfo {
  readonly sizeBytes: number;
}

export interface ListedObject extends ObjectInfo {
  readonly key: string;
  readonly modifiedAtMs: number;
}

export class ObjectMissingError extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`No object has the key ${key}.`);
    this.name = 'ObjectMissingError';
    this.key = key;
  }
}

const SEGMENT = /^[A-Za-z0-9._=!*'()@:,&+$ -]{1,255}$/;

/** Whether `key` is a key: 1 to 1024 characters of non-empty segments, none of them `.` or `..`. */
export function isObjectKey(key: string): boolean {
  if (key.length === 0 || key.length > 1024) return false;
  return key.split('/').every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..');
}
