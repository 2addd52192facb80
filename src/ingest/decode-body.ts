import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { IngestError, notABatch, tooLarge } from './errors.ts';
import { BATCH_BYTES_MAX } from './limits.ts';

const DECODERS: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  identity: async (body) => body,
  gzip: (body) => promisify(gunzip)(body, { maxOutputLength: BATCH_BYTES_MAX }) as Promise<Buffer>,
  zstd: (body) => promisify(zstdDecompress)(body, { maxOutputLength: BATCH_BYTES_MAX }) as Promise<Buffer>,
};

/** Undoes `Content-Encoding`, never past the limit of a batch. @throws IngestError 413, 415 or 422 */
export async function decodeBody(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const decode = DECODERS[(encoding ?? 'identity').trim().toLowerCase()];
  if (decode === undefined)
    throw new IngestError(415, 'UnsupportedEncoding', 'Content-Encoding must be gzip, zstd or identity.');
  try {
    return await decode(body);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(`A batch holds at most ${BATCH_BYTES_MAX} bytes.`);
    throw notABatch(`The body is not ${encoding}.`);
  }
}
