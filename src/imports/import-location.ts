import { ImportUrlError } from './errors.ts';

/** Which object an import URL means. */
export interface ImportLocation {
  readonly bucket: string;
  readonly key: string;
}

const AWS_HOST = /^(?:([^/]+)\.)?s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/;

/**
 * Reads `s3://bucket/key`, or the address of an object: `https://host/bucket/key` on one of `hosts`, the endpoints we read
 * from, or as AWS writes it, with the bucket in the path or in the host. @throws ImportUrlError
 */
export function readImportUrl(importUrl: string, hosts: readonly string[]): ImportLocation {
  const plain = /^s3:\/\/([^/]+)\/(.+)$/is.exec(importUrl);
  if (plain !== null) return { bucket: plain[1] ?? '', key: plain[2] ?? '' };
  const url = URL.canParse(importUrl) ? new URL(importUrl) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw unreadable(importUrl);
  const path = url.pathname.slice(1).split('/').map(decode);
  const aws = AWS_HOST.exec(url.hostname);
  if (aws === null && !hosts.includes(url.host)) throw unreadable(importUrl);
  const [bucket = '', ...rest] = aws?.[1] === undefined ? path : [aws[1], ...path];
  const key = rest.join('/');
  if (bucket === '' || key === '') throw unreadable(importUrl);
  return { bucket, key };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unreadable(importUrl: string): ImportUrlError {
  return new ImportUrlError(`${importUrl} is not the URL of an object that can be imported.`);
}
