/**
 * The canonical request of Signature Version 4, made from the raw target and the raw header list. Strings here are
 * binary (one character per byte, as node:http gives them), so that bytes are signed as they came.
 */

import { createHash } from 'node:crypto';
import { decodePercent } from '../percent.ts';

export interface RawRequest {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly target: string;
  /** Name, value, name, value … as node:http's `rawHeaders`. */
  readonly rawHeaders: readonly string[];
}

/** `once`: S3, which signs the path as decoded and encoded again. `twice`: all others, after normalising. */
export type PathRule = 'once' | 'twice' | 'twice-unnormalised';

const UNRESERVED_PATH = /^[A-Za-z0-9\-._~/]*$/;
const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;

export function canonicalRequest(
  request: RawRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
  pathRule: PathRule,
): string {
  const [path, query] = splitTarget(request.target);
  const headers = canonicalHeaders(request.rawHeaders, signedHeaders);
  return [
    request.method,
    canonicalPath(path, pathRule),
    canonicalQuery(query),
    headers,
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

/** Splits at the first `?`, with an absolute-form target (`http://host/path`) cut down to its path. */
export function splitTarget(target: string): readonly [path: string, query: string] {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const absolute = /^https?:\/\/[^/]*/i.exec(path);
  const origin = absolute === null ? path : path.slice(absolute[0].length);
  return [origin === '' ? '/' : origin, mark < 0 ? '' : target.slice(mark + 1)];
}

export function canonicalPath(path: string, rule: PathRule): string {
  if (rule === 'once') return UNRESERVED_PATH.test(path) ? path : encodeBytes(decodePercent(path), true);
  const normalised = rule === 'twice' ? normalisePath(path) : path;
  return UNRESERVED_PATH.test(normalised) ? normalised : encodeBytes(normalised, true);
}

/** RFC 3986 dot segments, and doubled slashes made one. */
function normalisePath(path: string): string {
  if (!path.includes('/.') && !path.includes('//')) return path;
  const kept: string[] = [];
  const segments = path.split('/');
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.' && segment !== '') kept.push(segment);
  }
  const last = segments.at(-1);
  const isFolder = kept.length > 0 && (last === '' || last === '.' || last === '..');
  return `/${kept.join('/')}${isFolder ? '/' : ''}`;
}

/** Re-encoded byte by byte and sorted; the signature itself is not part of what is signed. */
export function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs: [string, string][] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = reencode(equals < 0 ? part : part.slice(0, equals));
    if (name !== 'X-Amz-Signature') pairs.push([name, equals < 0 ? '' : reencode(part.slice(equals + 1))]);
  }
  pairs.sort((a, b) => compareText(a[0], b[0]) || compareText(a[1], b[1]));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One line per signed header, values joined in the order sent, runs of spaces made one. */
function canonicalHeaders(rawHeaders: readonly string[], signedHeaders: readonly string[]): string {
  const values = new Map<string, string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    const value = trimSpaces(rawHeaders[at + 1]!);
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return signedHeaders.map((name) => `${name}:${values.get(name) ?? ''}\n`).join('');
}

function trimSpaces(value: string): string {
  const trimmed = value.trim();
  return trimmed.includes('  ') || trimmed.includes('\n') ? trimmed.replace(/\s+/g, ' ') : trimmed;
}

function reencode(text: string): string {
  return UNRESERVED.test(text) ? text : encodeBytes(decodePercent(text), false);
}

/** Percent-encodes every byte that is not unreserved, hex in upper case. */
export function encodeBytes(binary: string, keepSlash: boolean): string {
  return binary.replace(/[^A-Za-z0-9\-._~]/g, (char) => {
    if (char === '/' && keepSlash) return char;
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

export function sha256Hex(data: string | Uint8Array): string {
  const hash = createHash('sha256');
  return (typeof data === 'string' ? hash.update(data, 'latin1') : hash.update(data)).digest('hex');
}
