/** The proof of a body that was read into memory. Streams prove themselves while they run (`s3-stream.ts`). */

import type { PayloadProof } from '../authenticate.ts';
import { WireFailure } from '../errors/wire-failure.ts';
import { sha256Hex } from '../sigv4/canonical.ts';
import { equalSignatures } from '../sigv4/signing-key.ts';

export function verifyBody(proof: PayloadProof, body: Uint8Array): void {
  if (proof.kind === 'withBody') proof.verify(sha256Hex(body));
  if (proof.kind === 'hash' && !equalSignatures(proof.sha256Hex, sha256Hex(body))) throw wrongPayloadHash();
}

export function wrongPayloadHash(): WireFailure {
  return new WireFailure('payloadHash', "The provided 'x-amz-content-sha256' header does not match what was computed.");
}
