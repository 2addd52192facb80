/** What clients who write into buckets can do wrong; the services say it in their own words. */

export class UploadUnknownError extends Error {
  readonly uploadId: string;

  constructor(uploadId: string) {
    super(`There is no upload ${uploadId}.`);
    this.name = 'UploadUnknownError';
    this.uploadId = uploadId;
  }
}

/** A part that was never sent, or is not the one that the client means. */
export class PartUnknownError extends Error {
  constructor(partNo: number) {
    super(`Part ${partNo} was not uploaded, or has another tag.`);
    this.name = 'PartUnknownError';
  }
}

export class PartTooSmallError extends Error {
  readonly sizeBytes: number;

  constructor(partNo: number, sizeBytes: number) {
    super(`Part ${partNo} has ${sizeBytes} bytes; only the last one may be this small.`);
    this.name = 'PartTooSmallError';
    this.sizeBytes = sizeBytes;
  }
}
