/** Every bound of the wire, named with its unit. */

export interface WireLimits {
  /** A body that is read into memory: all JSON, XML and form requests. */
  readonly bodyBytesMax: number;
  /** A body that is streamed to a handler (S3 PutObject, UploadPart), after decoding. */
  readonly streamBytesMax: number;
  /** How much of a refused body is still read, so that the client gets to see the answer. */
  readonly drainBytesMax: number;
  readonly drainMsMax: number;
  readonly targetCharsMax: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_WIRE_LIMITS: WireLimits = {
  bodyBytesMax: 16 * MIB,
  streamBytesMax: 5 * 1024 * MIB,
  drainBytesMax: 16 * MIB,
  drainMsMax: 2000,
  targetCharsMax: 16 * 1024,
};
