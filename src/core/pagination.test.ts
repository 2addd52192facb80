import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePageToken, encodePageToken, type PageScope } from './pagination.ts';

const KEY = new Uint8Array(32).fill(7);
const scope = (inputs: Record<string, unknown> = {}): PageScope => ({
  accountId: '111122223333',
  operation: 'discovery.DescribeAgents',
  inputs,
});

test('a token gives its position back, for the same inputs in any order of members', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.integer())), (position) => {
      const token = encodePageToken(KEY, scope({ a: [1], b: 'x', c: undefined }), position);
      expect(decodePageToken(KEY, scope({ b: 'x', a: [1] }), token)).toEqual(position);
    }),
  );
});

test('a token is none for other inputs, another operation, account or key', () => {
  const token = encodePageToken(KEY, scope({ a: 1 }), ['x']);
  expect(decodePageToken(KEY, scope({ a: 2 }), token)).toBeUndefined();
  expect(decodePageToken(KEY, { ...scope({ a: 1 }), operation: 'other' }, token)).toBeUndefined();
  expect(decodePageToken(KEY, { ...scope({ a: 1 }), accountId: '1' }, token)).toBeUndefined();
  expect(decodePageToken(new Uint8Array(32), scope({ a: 1 }), token)).toBeUndefined();
});

test('a token with any character changed is none', () => {
  const token = encodePageToken(KEY, scope(), ['o-1', 5]);
  for (let at = 0; at < token.length; at += 1) {
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    expect(decodePageToken(KEY, scope(), changed)).toBeUndefined();
  }
  expect(decodePageToken(KEY, scope(), `${token}=`)).toBeUndefined();
  expect(decodePageToken(KEY, scope(), '')).toBeUndefined();
});
