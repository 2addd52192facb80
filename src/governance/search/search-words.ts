/**
 * Everything that a search looks for is a word of one inverted index: what people wrote, the words of single attributes,
 * whole values of attributes, and where the document belongs (ADR 0035). All of them begin with a character that no text
 * keeps, and with a digest of where they are, so that nobody can type a word of another kind or scope.
 */

import { hash } from 'node:crypto';
import type { DomainRef } from '../containers/domain-store.ts';

export type SearchKind = 'ASSET' | 'LISTING';

/** What documents of one kind in one domain have in common. */
export interface SearchScope extends DomainRef {
  readonly kind: SearchKind;
}

/** A character for private use: splitting texts into words leaves none of it. */
const MARK = '\uE000';
/** Words are cut here on both sides, so that a longer one still finds itself. */
const WORD_CHARACTERS_MAX = 64;

/** The words of a text: letters and digits of any script, without case and accents. */
export function splitWords(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, WORD_CHARACTERS_MAX));
}

/** Every document of the scope has it. */
export function scopeWord(scope: SearchScope): string {
  return `${MARK}s${digest(scopeKey(scope))}`;
}

/** Documents with this word in any of their texts. Words of other scopes are other words, so nobody's search passes them by. */
export function textWord(scope: SearchScope, word: string): string {
  return `${textMark(scope)}${word}`;
}

/** What the words of texts begin with. */
export function textMark(scope: SearchScope): string {
  return `${MARK}t${digest(scopeKey(scope))}`;
}

/** Documents whose attribute is this value, or has it among its values. */
export function valueWord(scope: SearchScope, attribute: string, value: string): string {
  return `${MARK}v${digest(`${scopeKey(scope)}\u0000${attribute}\u0000${value}`)}`;
}

/** Documents whose attribute has this word; as a prefix it finds what begins with the word. */
export function attributeWord(scope: SearchScope, attribute: string, word: string): string {
  return `${attributeMark(scope, attribute)}${word}`;
}

/** What the words of one attribute begin with. */
export function attributeMark(scope: SearchScope, attribute: string): string {
  return `${MARK}w${digest(`${scopeKey(scope)}\u0000${attribute}`)}`;
}

export function scopeKey({ accountId, domainId, kind }: SearchScope): string {
  return `${accountId}/${domainId}/${kind}`;
}

const DIGEST_CHARACTERS = 16;

/** Hexadecimal without its vowels: the index takes endings off by the syllables of a word, and a digest must not be any. */
function digest(text: string): string {
  return hash('sha256', text, 'hex').slice(0, DIGEST_CHARACTERS).replaceAll('a', 'g').replaceAll('e', 'h');
}
