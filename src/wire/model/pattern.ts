/**
 * Compiles the patterns of the models. Input is the caller's, so a pattern that could backtrack badly runs on RE2
 * (linear time); the plain ones stay native, which is an order of magnitude faster.
 */

import { RE2JS } from 're2js';

export interface Pattern {
  /** As error messages print it: without the anchoring that the models add around every pattern. */
  readonly text: string;
  matches(value: string): boolean;
}

const ANCHORED = /^\^\(\?:([\s\S]*)\)\$$/;

export function compilePattern(source: string): Pattern {
  const text = ANCHORED.exec(source)?.[1] ?? source;
  const safe = mayBacktrack(source) ? compileRe2(source) : undefined;
  if (safe !== undefined) return { text, matches: (value) => safe.matcher(value).find() };
  const native = compileNative(source);
  return { text, matches: (value) => native.test(value) };
}

/** Most patterns need `u` (surrogates, `\p`); a few escape characters that `u` forbids to escape. */
function compileNative(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
}

/** Undefined for what RE2 leaves out: look-around. Those of the models are linear on bounded lengths. */
function compileRe2(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source));
  } catch {
    return undefined;
  }
}

/** A repeated group that repeats inside, or three and more open repetitions in one pattern. Errs on the safe side. */
export function mayBacktrack(source: string): boolean {
  const groups: number[] = [];
  let repetitions = 0;
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const char = source[at];
    if (char === '\\') at++;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') groups.push(repetitions);
    else if (char === ')' && closesRepeated(source, at, groups.pop() ?? 0, repetitions)) return true;
    else if (isOpenRepetition(source, at)) repetitions++;
  }
  return repetitions >= 3;
}

function closesRepeated(source: string, at: number, before: number, repetitions: number): boolean {
  return repetitions > before && (isOpenRepetition(source, at + 1) || source[at + 1] === '{');
}

function isOpenRepetition(source: string, at: number): boolean {
  const char = source[at];
  return char === '*' || char === '+' || (char === '{' && /^\{\d+,\}/.test(source.slice(at, at + 12)));
}
