/** The AWS signing test suite: every signed request of it, header and query form, is verified as the wire verifies. */

import { existsSync, readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { readRequest } from '../src/wire/exchange.ts';
import { canonicalRequest, type RawRequest, sha256Hex } from '../src/wire/sigv4/canonical.ts';
import { readClaims } from '../src/wire/sigv4/claims.ts';
import { presignUrl } from '../src/wire/sigv4/presign.ts';
import { SigningKeys } from '../src/wire/sigv4/signing-key.ts';
import { expectedSignature } from '../src/wire/sigv4/verify.ts';

const FILE = '../shared/vectors/aws-sigv4.json';

const FOLDED = 'folds a header over lines, which HTTP forbids and node:http refuses';
const TOKEN_AFTER = 'adds the token to the query after signing; we hold that the whole query is signed';
const EXCLUDED: Readonly<Record<string, string>> = {
  'get-header-value-multiline header': FOLDED,
  'get-header-value-multiline query': FOLDED,
  'post-sts-header-after query': TOKEN_AFTER,
};

interface Context {
  readonly credentials: { readonly access_key_id: string; readonly secret_access_key: string };
  readonly normalize: boolean;
  readonly expiration_in_seconds: number;
  readonly timestamp: string;
  readonly region: string;
  readonly service: string;
}

interface SignedMessage {
  readonly raw: RawRequest;
  readonly body: string;
}

/** The suite's files are text; the wire sees bytes, one character each. */
function parseMessage(text: string): SignedMessage {
  const binary = Buffer.from(text, 'utf8').toString('latin1');
  const [head = '', ...rest] = binary.split('\n\n');
  const [start = '', ...lines] = head.split('\n');
  const method = start.slice(0, start.indexOf(' '));
  const target = start.slice(method.length + 1, start.lastIndexOf(' '));
  const rawHeaders = lines
    .filter((line) => line !== '')
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)];
    });
  return { raw: { method, target, rawHeaders }, body: rest.join('\n\n') };
}

function joinedHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) headers[rawHeaders[at]!.toLowerCase()] = rawHeaders[at + 1]!.trim();
  return headers;
}

const counts = { header: 0, query: 0, presigned: 0, excluded: 0 };

function define(name: string, form: 'header' | 'query', files: Readonly<Record<string, string>>): void {
  const key = `${name} ${form}`;
  const reason = EXCLUDED[key];
  if (reason !== undefined) counts.excluded++;
  (reason === undefined ? it : it.fails)(reason === undefined ? key : `${key} (left out: ${reason})`, () => {
    const context = JSON.parse(files['context.json']!) as Context;
    const { raw, body } = parseMessage(files[`${form}-signed-request.txt`]!);
    const claims = readClaims(readRequest(raw.method, raw.target, joinedHeaders(raw.rawHeaders)));
    const pathRule = context.normalize ? 'twice' : 'twice-unnormalised';
    const payloadHash = claims.payloadHash ?? sha256Hex(body);
    const canonical = canonicalRequest(raw, claims.signedHeaders, payloadHash, pathRule);
    expect(canonical).toBe(files[`${form}-canonical-request.txt`]);
    const secretAccessKey = context.credentials.secret_access_key;
    const expected = expectedSignature(new SigningKeys(), {
      request: raw,
      claims,
      payloadHash,
      secretAccessKey,
      pathRule,
    });
    expect(expected.stringToSign).toBe(files[`${form}-string-to-sign.txt`]);
    expect(expected.signature).toBe(files[`${form}-signature.txt`]);
    expect(claims.signature).toBe(expected.signature);
    counts[form]++;
  });
}

/** What we hand out ourselves must be what the suite signs. */
function definePresign(name: string, files: Readonly<Record<string, string>>): void {
  it(`${name} presigned by us`, () => {
    const context = JSON.parse(files['context.json']!) as Context;
    const { raw } = parseMessage(files['request.txt']!);
    const url = presignUrl({
      method: raw.method,
      url: `https://example.amazonaws.com${raw.target}`,
      accessKeyId: context.credentials.access_key_id,
      secretAccessKey: context.credentials.secret_access_key,
      region: context.region,
      service: context.service,
      nowMs: Date.parse(context.timestamp),
      expiresSeconds: context.expiration_in_seconds,
      payloadHash: sha256Hex(''),
    });
    expect(new URL(url).searchParams.get('X-Amz-Signature')).toBe(files['query-signature.txt']);
    counts.presigned++;
  });
}

if (!existsSync(FILE)) {
  it('has no vectors on this machine', () => expect(existsSync(FILE)).toBe(false));
  console.log('sigv4 vectors: folder absent, skipped');
} else {
  const cases = JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  for (const [name, files] of Object.entries(cases)) {
    define(name, 'header', files);
    define(name, 'query', files);
  }
  for (const name of ['get-vanilla', 'get-vanilla-query-order-key-case', 'get-unreserved'])
    definePresign(name, cases[name]!);

  afterAll(() => {
    const { header, query, presigned, excluded } = counts;
    console.log(
      `sigv4 vectors: ${header} header, ${query} query, ${presigned} presigned, ${excluded} left out by name`,
    );
    expect(header + query).toBe(Object.keys(cases).length * 2 - excluded);
  });
}
