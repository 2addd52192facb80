import type { CallContext } from '../../wire/handlers.ts';
import { presignUrl } from '../../wire/sigv4/presign.ts';

/** Whose key download URLs are signed with. */
export interface UrlSigner {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A URL that anybody may fetch an object of a bucket with, for `expiresSeconds` from now. */
export function downloadUrl(
  signer: UrlSigner,
  ctx: CallContext,
  object: { bucket: string; key: string; expiresSeconds: number },
): string {
  const path = [object.bucket, ...object.key.split('/')].map(encodeURIComponent).join('/');
  return presignUrl({
    method: 'GET',
    url: `${ctx.endpoint}/${path}`,
    accessKeyId: signer.accessKeyId,
    secretAccessKey: signer.secretAccessKey,
    region: ctx.region,
    service: 's3',
    nowMs: ctx.nowMs,
    expiresSeconds: object.expiresSeconds,
  });
}
