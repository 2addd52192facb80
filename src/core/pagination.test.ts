import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePageToken, encodePageToken, type PageScope } from './pagination.ts';

const KEY = new Uint8Array(32).fill(7);
const SCOPE: PageScope = {
  accountId: '111122223333',
  operation: 'DescribeTags',
  inputs: { filters: [{ name: 'key', values: ['a'] }] },
};

describe('page tokens', () => {
  it('give back the cursor they were made of', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.string(), (cursor, inputs, operation) => {
        const scope = { accountId: '1', operation, inputs };
        const plain: unknown = JSON.parse(JSON.stringify(cursor));
        expect(decodePageToken(KEY, scope, encodePageToken(KEY, scope, cursor))).toEqual(plain);
      }),
    );
  });

  it('do not decode when any character changes', () => {
    const token = encodePageToken(KEY, SCOPE, { after: 'd-server-1' });
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'ABCxyz019-_'), (at, char) => {
        const damaged = token.slice(0, at) + char + token.slice(at + 1);
        fc.pre(damaged !== token);
        expect(decodePageToken(KEY, SCOPE, damaged)).toBeUndefined();
      }),
    );
  });

  it('are bound to account, operation, inputs and key', () => {
    const token = encodePageToken(KEY, SCOPE, 'x');
    expect(decodePageToken(KEY, { ...SCOPE, accountId: '2' }, token)).toBeUndefined();
    expect(decodePageToken(KEY, { ...SCOPE, operation: 'DescribeAgents' }, token)).toBeUndefined();
    expect(decodePageToken(KEY, { ...SCOPE, inputs: {} }, token)).toBeUndefined();
    expect(decodePageToken(new Uint8Array(32), SCOPE, token)).toBeUndefined();
  });

  it('do not mind the order of members nor absent ones', () => {
    const token = encodePageToken(KEY, { ...SCOPE, inputs: { a: 1, b: [2], c: undefined } }, 'x');
    expect(decodePageToken(KEY, { ...SCOPE, inputs: { b: [2], a: 1 } }, token)).toBe('x');
  });

  it('refuse what never was a token', () => {
    for (const text of ['', ' ', 'abc', '=', '%', 'A'.repeat(10_000), 'tokén']) {
      expect(decodePageToken(KEY, SCOPE, text)).toBeUndefined();
    }
  });
});
