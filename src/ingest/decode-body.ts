import { promisify } from 'node:util';
import { gunzip, gunzipSync, zstdDecompress } from 'node:zlib';
import { IngestError, notABatch, tooLarge } from './errors.ts';
import { BATCH_BYTES_MAX } from './limits.ts';

/** Decoded bytes up to which a body is unpacked at once: cheaper than handing it to another thread and back. */
const AT_ONCE_BYTES_MAX = 1024 * 1024;
/** Room past the announced size, so that unpacking ends in its first piece. */
const SLACK_BYTES = 64;

const inflate = promisify(gunzip);
const inflateZstd = promisify(zstdDecompress);

const DECODERS: Readonly<Record<string, (body: Buffer) => Buffer | Promise<Buffer>>> = {
  identity: (body) => body,
  gzip: unzip,
  zstd: (body) => inflateZstd(body, { maxOutputLength: BATCH_BYTES_MAX }),
};

/** Undoes `Content-Encoding`, never past the limit of a batch. @throws IngestError 413, 415 or 422 */
export async function decodeBody(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  const decode = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
  if (decode === undefined)
    throw new IngestError(415, 'UnsupportedEncoding', 'Content-Encoding must be gzip, zstd or identity.');
  let decoded: Buffer;
  try {
    decoded = await decode(body);
  } catch (error) {
    if (isTooLarge(error)) throw tooLarge(`A batch holds at most ${BATCH_BYTES_MAX} bytes.`);
    throw notABatch(`The body is not ${name}.`);
  }
  if (decoded.length > BATCH_BYTES_MAX) throw tooLarge(`A batch holds at most ${BATCH_BYTES_MAX} bytes.`);
  return decoded;
}

async function unzip(body: Buffer): Promise<Buffer> {
  // The last four bytes announce the decoded size. They may lie: then the other way, which is bounded, finds out.
  const announced = body.length < 18 ? 0 : body.readUInt32LE(body.length - 4);
  if (announced <= AT_ONCE_BYTES_MAX) {
    try {
      return gunzipSync(body, { chunkSize: announced + SLACK_BYTES, maxOutputLength: AT_ONCE_BYTES_MAX + SLACK_BYTES });
    } catch (error) {
      if (!isTooLarge(error)) throw error;
    }
  }
  return inflate(body, { maxOutputLength: BATCH_BYTES_MAX });
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}
