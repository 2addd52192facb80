/** Literal JSON paths and regular expressions in DuckDB's spelling; what DuckDB cannot do is refused. */
import type { FunctionCall } from './calls.ts';
import { notSupported } from './dialect-error.ts';
import { type Json, textLiteral, textValue } from './tree.ts';

/** `$["a"]["b"][0]` to `$."a"."b"[0]`. */
export function duckdbJsonPath(node: Json | undefined): Json {
  const path = textValue(node);
  if (path === undefined) return node ?? textLiteral('$');
  return textLiteral(
    path.replace(/\[\s*(?:"([^"]*)"|'([^']*)')\s*\]/g, (_all, double, single) => `."${double ?? single}"`),
  );
}

/** The path of json_value and its kin: plain `lax` paths without further clauses. */
export function laxPath({ args, parts, name }: FunctionCall): Json {
  const clauses = Object.entries(parts).filter(([key, value]) => !CALL_PARTS.has(key) && isSaid(value));
  const path = textValue(args[1]);
  if (clauses.length > 0 || args.length > 2) throw notSupported(`${name} with clauses`, name);
  if (path === undefined || !/^\s*(lax\s+)?\$/.test(path))
    throw notSupported(`${name} with a path that is not plain lax`, name);
  return duckdbJsonPath(textLiteral(path.replace(/^\s*(lax\s+)?/, '')));
}

const CALL_PARTS = new Set(['this', 'path', 'name', 'args']);

function isSaid(value: Json): boolean {
  return value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}

/** Named groups in RE2's spelling; look-around is refused. */
export function checkPattern(node: Json | undefined): Json {
  const pattern = textValue(node);
  if (pattern === undefined) return node ?? textLiteral('');
  if (/\(\?<?[=!]/.test(pattern)) throw notSupported('look-around in a regular expression');
  return textLiteral(pattern.replace(/\(\?<(?=[A-Za-z])/g, '(?P<'));
}

/** `${name}` in a replacement to the number of the group of that name. */
export function checkReplacement(node: Json, pattern: Json | undefined): Json {
  const text = textValue(node);
  if (text === undefined) return node;
  const groups = [...(textValue(pattern) ?? '').matchAll(/\\[\s\S]|\((?:\?P?<([A-Za-z]\w*)>|(?!\?))/g)];
  const names = groups.filter((group) => group[0].startsWith('(')).map((group) => group[1]);
  return textLiteral(
    text.replace(/\$\{([A-Za-z]\w*)\}/g, (all, name) => (names.includes(name) ? `$${names.indexOf(name) + 1}` : all)),
  );
}
