import { expect, test } from 'vitest';
import { attributeWord, scopeWord, splitWords, textWord, valueWord } from './search-words.ts';

const scope = { accountId: '123456789012', domainId: 'dzd_a', kind: 'ASSET' } as const;

test.each([
  ['orders_2024-raw.v1', ['orders', '2024', 'raw', 'v1']],
  ['Größe: ÉTÉ', ['große', 'ete']],
  ['注文 テーブル', ['注文', 'テーフル']],
  ['"; drop table " *', ['drop', 'table']],
  ['\uE000marked', ['marked']],
  ['  ', []],
])('the words of %j', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test('a word of any length finds itself', () => {
  const long = 'x'.repeat(1000);
  expect(splitWords(long)).toEqual(splitWords(`${long}y`));
});

test('nobody can type a word that stands for a place or a value', () => {
  for (const word of [scopeWord(scope), valueWord(scope, 'name', 'a'), attributeWord(scope, 'name', 'a')])
    expect(splitWords(word)).not.toContain(word);
});

test('marks have no syllables, so endings are taken off as of the word alone', () => {
  for (const mark of [attributeWord(scope, 'name', ''), textWord(scope, '')]) expect(mark).not.toMatch(/[aeiouy]/);
});

test('the same value of another attribute, kind or domain is another word', () => {
  const words = [
    valueWord(scope, 'name', 'a'),
    valueWord(scope, 'description', 'a'),
    valueWord({ ...scope, kind: 'LISTING' }, 'name', 'a'),
    valueWord({ ...scope, domainId: 'dzd_b' }, 'name', 'a'),
    valueWord({ ...scope, accountId: '210987654321' }, 'name', 'a'),
  ];
  expect(new Set(words).size).toBe(words.length);
});
