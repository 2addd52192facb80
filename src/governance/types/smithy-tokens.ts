/** The words of Smithy's interface definition language, with the lines they stand in. */

export class SmithyError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'SmithyError';
    this.line = line;
  }
}

export interface SmithyToken {
  readonly kind: 'name' | 'string' | 'number' | 'mark' | 'end';
  /** Of a string: what it stands for. */
  readonly text: string;
  readonly line: number;
}

/** Space and comments; commas mean nothing in Smithy. */
const SKIPPED = /(?:[\s,]|\/\/[^\n]*)+/y;
/** A name, with its namespace and with a member or without. */
const NAME = /\$?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:#[A-Za-z_]\w*)?(?:\$[A-Za-z_]\w*)?/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const TEXT_BLOCK = /"""\n([\s\S]*?)"""/y;
const STRING = /"(?:[^"\\]|\\[\s\S])*"/y;
const MARK = /:=|[{}()[\]:=@]/y;

/** @throws SmithyError */
export function readSmithyTokens(source: string): SmithyToken[] {
  const tokens: SmithyToken[] = [];
  const text = source.replaceAll('\r\n', '\n');
  let [at, line] = [0, 1];
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  while (at < text.length) {
    const startLine = line;
    const from = at;
    if (take(SKIPPED) === undefined) tokens.push(readToken(take, { startLine, character: text[at] ?? '' }));
    line += text.slice(from, at).split('\n').length - 1;
  }
  tokens.push({ kind: 'end', text: 'the end', line });
  return tokens;
}

function readToken(
  take: (pattern: RegExp) => string | undefined,
  { startLine, character }: { startLine: number; character: string },
): SmithyToken {
  const block = take(TEXT_BLOCK);
  if (block !== undefined) return { kind: 'string', text: block.slice(4, -3), line: startLine };
  const string = take(STRING);
  if (string !== undefined) return { kind: 'string', text: unquote(string, startLine), line: startLine };
  const name = take(NAME);
  if (name !== undefined) return { kind: 'name', text: name, line: startLine };
  const number = take(NUMBER);
  if (number !== undefined) return { kind: 'number', text: number, line: startLine };
  const mark = take(MARK);
  if (mark !== undefined) return { kind: 'mark', text: mark, line: startLine };
  throw new SmithyError(startLine, `'${character}' is not expected here`);
}

/** Smithy's escapes are JSON's; strings may go over lines. */
function unquote(string: string, line: number): string {
  try {
    return JSON.parse(string.replaceAll('\n', '\\n').replaceAll('\t', '\\t')) as string;
  } catch {
    throw new SmithyError(line, `the text ${string.slice(0, 40)} has an escape that is none`);
  }
}
