/** Which tables a statement names: every table reference that no WITH clause in scope explains. */
import { SqlError } from '../../../ports/sql-engine.ts';
import type { TableName } from '../sandbox-protocol.ts';
import { identifier, isObject, type Json, type JsonObject, nameOf, partsOf } from './tree.ts';

export const CATALOG = 'awsdatacatalog';
/** Where `information_schema` lives in a sandbox: DuckDB keeps the real name to itself. */
export const INFORMATION_SCHEMA = 'periplus_information_schema';

type Visit = (table: JsonObject) => void;

/** Gives every table reference its catalogue, database and name in full and in lower case, so nothing depends on context. */
export function qualifyTables(tree: Json, database: string): void {
  walk(tree, new Set(), (table) => {
    const catalog = nameOf(table.catalog)?.toLowerCase();
    if (catalog !== undefined && catalog !== CATALOG) {
      throw new SqlError('user', `CATALOG_NOT_FOUND: Catalog '${catalog}' does not exist`);
    }
    const name = nameOf(table.name) ?? '';
    if (table.alias === null) table.alias = identifier(name);
    table.catalog = identifier(CATALOG);
    const schema = (nameOf(table.schema) ?? database).toLowerCase();
    table.schema = identifier(schema === 'information_schema' ? INFORMATION_SCHEMA : schema);
    table.name = identifier(name.toLowerCase());
  });
}

/** The distinct tables of a qualified tree, in order of appearance. */
export function namedTables(tree: Json): TableName[] {
  const found = new Map<string, TableName>();
  walk(tree, new Set(), (parts) => {
    const name = { database: nameOf(parts.schema) ?? '', table: nameOf(parts.name) ?? '' };
    found.set(`${name.database}\n${name.table}`, name);
  });
  return [...found.values()];
}

function walk(node: Json | undefined, scope: ReadonlySet<string>, visit: Visit): void {
  if (Array.isArray(node)) for (const item of node) walk(item, scope, visit);
  if (!isObject(node)) return;
  const table = partsOf(node, 'table');
  if (table !== undefined && isObject(table.name)) {
    const name = nameOf(table.name)?.toLowerCase() ?? '';
    if (table.schema !== null || !scope.has(name)) visit(table);
  }
  const inner = isObject(node.with) ? walkWith(node.with, scope, visit) : scope;
  for (const [key, part] of Object.entries(node)) if (key !== 'with') walk(part, inner, visit);
}

// A member of WITH sees those before it, and itself only when RECURSIVE.
function walkWith(clause: JsonObject, outer: ReadonlySet<string>, visit: Visit): ReadonlySet<string> {
  const scope = new Set(outer);
  for (const member of Array.isArray(clause.ctes) ? clause.ctes : []) {
    if (!isObject(member)) continue;
    const name = nameOf(member.alias)?.toLowerCase() ?? '';
    walk(member.this, clause.recursive === true ? new Set([...scope, name]) : scope, visit);
    scope.add(name);
  }
  return scope;
}
