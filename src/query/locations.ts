/** `s3://bucket/prefix` texts. */
export interface Location {
  readonly bucket: string;
  /** Without a leading slash; may be empty. */
  readonly prefix: string;
}

const LOCATION = /^s3:\/\/([^/]{3,63})(?:\/(.*))?$/s;

export function parseLocation(text: string): Location | undefined {
  const match = LOCATION.exec(text);
  return match === null ? undefined : { bucket: match[1] ?? '', prefix: match[2] ?? '' };
}

/** As a folder: what is below it begins with the prefix and a slash. */
export function asFolder(location: Location): Location {
  const { bucket, prefix } = location;
  return prefix === '' || prefix.endsWith('/') ? location : { bucket, prefix: `${prefix}/` };
}

export function formatLocation(bucket: string, key: string): string {
  return `s3://${bucket}/${key}`;
}
