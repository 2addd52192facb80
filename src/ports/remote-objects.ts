/** Objects of somebody else's S3, to be read. */
export interface RemoteObjects {
  /** Undefined when there is none. @throws StoreAccessError when it may not be read */
  head(bucket: string, key: string): Promise<RemoteObject | undefined>;
  /** The bytes that have this tag. @throws RemoteObjectChangedError when the object has another one now, or has gone */
  read(bucket: string, key: string, etag: string): AsyncIterable<Uint8Array>;
}

export interface RemoteObject {
  readonly sizeBytes: number;
  readonly etag: string;
}

export class RemoteObjectChangedError extends Error {
  constructor(bucket: string, key: string) {
    super(`s3://${bucket}/${key} is not what it was.`);
    this.name = 'RemoteObjectChangedError';
  }
}
