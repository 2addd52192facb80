/** What documents have to contain, said in words. `search-text.ts` says it to the database. */

export type Match =
  | { readonly word: string; readonly isPrefix: boolean }
  | { readonly all: readonly Match[] }
  | { readonly any: readonly Match[] }
  | { readonly both: Match; readonly not: Match };

/** Shorter beginnings stand for too many words to be looked up in time. */
const PREFIX_CHARACTERS_MIN = 3;

export function exactly(word: string): Match {
  return { word, isPrefix: false };
}

/** A word that was typed: with enough of it, whatever begins with it matches as well. `marked` is how the index has it. */
export function beginning(word: string, marked: string): Match {
  return { word: marked, isPrefix: word.length >= PREFIX_CHARACTERS_MIN };
}

export function allOf(parts: readonly Match[]): Match {
  return parts.length === 1 ? (parts[0] as Match) : { all: parts };
}

export function anyOf(parts: readonly Match[]): Match {
  return parts.length === 1 ? (parts[0] as Match) : { any: parts };
}

/** Whether any word in it may go on, which is dear: all words that it might be are looked up. */
export function hasPrefix(match: Match): boolean {
  if ('word' in match) return match.isPrefix;
  if ('both' in match) return hasPrefix(match.both) || hasPrefix(match.not);
  return ('all' in match ? match.all : match.any).some(hasPrefix);
}
