import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, compareCodePoints } from './canonical-json.ts';

test('equal values are equal text, whatever the order of their members', () => {
  expect(canonicalJson({ b: [1, { d: undefined, c: 'x' }], a: null })).toBe('{"a":null,"b":[1,{"c":"x"}]}');
  expect(canonicalJson({ a: null, b: [1, { c: 'x' }] })).toBe('{"a":null,"b":[1,{"c":"x"}]}');
});

test('canonical text is JSON of the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('members are ordered by code point, above the basic plane as well', () => {
  const codePoints = (text: string) => [...text].map((character) => character.codePointAt(0) ?? 0);
  const naive = (a: string, b: string) => {
    const [left, right] = [codePoints(a), codePoints(b)];
    const at = left.findIndex((point, index) => point !== right[index]);
    if (at === -1 || at >= right.length) return left.length - right.length;
    return (left[at] ?? 0) - (right[at] ?? 0);
  };
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(naive(a, b)));
    }),
  );
  expect(canonicalJson({ '\u{1f600}': 1, '\ufffd': 2 })).toBe('{"\ufffd":2,"\u{1f600}":1}');
});
