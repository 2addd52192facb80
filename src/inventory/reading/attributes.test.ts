import { describe, expect, it } from 'vitest';
import { attributesOf, listAttribute, VALUE_CHARACTERS_MAX } from './attributes.ts';

describe('attributes', () => {
  it('are texts, and absent when there is nothing to say', () => {
    expect(attributesOf({ a: 0, b: '', c: false, d: null, e: undefined })).toEqual({ a: '0', b: '', c: 'false' });
  });

  it('are cut at the longest text, but not through a character', () => {
    const longest = 'x'.repeat(VALUE_CHARACTERS_MAX);
    expect(attributesOf({ a: longest }).a).toBe(longest);
    expect(attributesOf({ a: `${longest}y` }).a).toBe(longest);
    expect(attributesOf({ a: `${longest.slice(1)}😀` }).a).toBe(longest.slice(1));
  });
});

describe('a list in an attribute', () => {
  it('is whole when it fits, and says so', () => {
    expect(listAttribute('l', [])).toEqual({ l: '[]', 'l.hasMoreValues': 'false' });
    const entry = { k: 'x'.repeat(VALUE_CHARACTERS_MAX - 10) };
    expect(listAttribute('l', [entry])).toEqual({ l: JSON.stringify([entry]), 'l.hasMoreValues': 'false' });
    expect(JSON.stringify([entry])).toHaveLength(VALUE_CHARACTERS_MAX);
  });

  it('ends before the first entry that does not fit', () => {
    const entry = { k: 'x'.repeat(VALUE_CHARACTERS_MAX - 9) };
    expect(listAttribute('l', [entry, { k: '' }])).toEqual({ l: '[]', 'l.hasMoreValues': 'true' });
    expect(listAttribute('l', [{ k: '' }, entry])).toEqual({ l: '[{"k":""}]', 'l.hasMoreValues': 'true' });
  });
});
