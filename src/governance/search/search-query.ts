/** What a caller typed, as words to match and as the order in which matches are good. */

import type { StateQueries } from '../../ports/state/state-store.ts';
import { ATTRIBUTE } from './facts.ts';
import { allOf, anyOf, beginning, exactly, type Match } from './match-expression.ts';
import { countMatches } from './search-text.ts';
import { attributeWord, type SearchScope, splitWords, textWord, valueWord } from './search-words.ts';

export interface SearchText {
  readonly text: string;
  /** Attributes that have to contain it; none: anything of the document. */
  readonly attributes: readonly string[];
}

interface TypedWord {
  readonly word: string;
  readonly isQuoted: boolean;
}

/** What has to match, and from best to worst what makes a match better: each finds some of what the next one finds. */
export interface TextMatch {
  readonly match: Match;
  readonly better: readonly Match[];
}

/** Undefined: the text has no word that could be found. */
export async function matchTyped(
  queries: StateQueries,
  scope: SearchScope,
  { text, attributes }: SearchText,
): Promise<TextMatch | undefined> {
  const words = await Promise.all(readWords(text).map((word) => endFrequent(queries, scope, word)));
  if (words.length === 0) return undefined;
  const inName = allOf(words.map((word) => matchIn(scope, ATTRIBUTE.name, word)));
  const isName = exactly(valueWord(scope, ATTRIBUTE.name, text.replaceAll('"', '').trim()));
  const match =
    attributes.length === 0
      ? allOf(words.map((word) => matchAnywhere(scope, word)))
      : allOf(words.map((word) => anyOf(attributes.map((attribute) => matchIn(scope, attribute, word)))));
  return { match, better: [isName, inName] };
}

/** Quoted words have to be there as they are, others may go on. */
function readWords(text: string): TypedWord[] {
  const words = new Map<string, TypedWord>();
  const parts = text.split('"');
  // Without a second quote the last part is not quoted.
  const isQuoted = (index: number) => index % 2 === 1 && index < parts.length - 1;
  parts.forEach((part, index) => {
    for (const word of splitWords(part)) words.set(`${word} ${isQuoted(index)}`, { word, isQuoted: isQuoted(index) });
  });
  return [...words.values()];
}

/** In as many documents as this, what a word might go on to adds nothing that anybody would page to, and takes time. */
const FREQUENT_DOCUMENTS = 10_000;

/** A word that many documents have stands for itself alone. */
async function endFrequent(
  queries: StateQueries,
  scope: SearchScope,
  { word, isQuoted }: TypedWord,
): Promise<TypedWord> {
  return {
    word,
    isQuoted:
      isQuoted ||
      (await countMatches(queries, exactly(textWord(scope, word)), FREQUENT_DOCUMENTS)) === FREQUENT_DOCUMENTS,
  };
}

function matchAnywhere(scope: SearchScope, { word, isQuoted }: TypedWord): Match {
  const marked = textWord(scope, word);
  return isQuoted ? exactly(marked) : beginning(word, marked);
}

function matchIn(scope: SearchScope, attribute: string, { word, isQuoted }: TypedWord): Match {
  const marked = attributeWord(scope, attribute, word);
  return isQuoted ? exactly(marked) : beginning(word, marked);
}
