/** What the door asks of a protocol. A protocol is pure: it sees parsed HTTP and never a socket. */

import type { Schema } from '../model/schema.ts';
import type { Operation } from '../model/service-model.ts';

export type BodyStream = AsyncIterable<Uint8Array>;

export interface WireRequest {
  readonly method: string;
  /** Path of the raw target: percent-encoded as the client sent it, dots and doubled slashes kept. */
  readonly path: string;
  /** Decoded pairs in order; a parameter without `=` has an empty value. */
  readonly query: readonly (readonly [string, string])[];
  /** Names in lower case, repeated headers joined. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | BodyStream | undefined;
}

/** An error as the client is to see it, whoever raised it. */
export interface ErrorAnswer {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  /** The modelled shape, where the service has one of that name. */
  readonly schema: Schema | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly isClientFault: boolean;
}

export interface ErrorPlace {
  readonly requestId: string;
  /** The raw path of the request: S3 repeats it. */
  readonly resource: string;
  readonly messageMember: 'message' | 'Message';
}

export interface Protocol {
  /**
   * Which operation a request means; throws `unknownOperation`. `body` is there for awsQuery alone, which names its
   * operation in the form it sends.
   */
  findOperation(request: WireRequest, body: Uint8Array | undefined): Operation;
  parse(operation: Operation, request: WireRequest, body: Uint8Array | BodyStream): Record<string, unknown>;
  write(operation: Operation, output: unknown, requestId: string): WireResponse;
  writeError(error: ErrorAnswer, place: ErrorPlace): WireResponse;
  /** Whether the operation takes its body as it comes instead of read into memory. */
  streamsInput(operation: Operation): boolean;
}
