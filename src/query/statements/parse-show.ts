import type { Cursor } from './cursor.ts';
import type { Statement, TableName } from './statement.ts';

/** What follows the first words of SHOW, DESCRIBE and DROP VIEW. */

const PATTERN_CHARACTERS_MAX = 2048;

export function parseShowDatabases(cursor: Cursor): Statement {
  return { kind: 'show-databases', ...takePattern(cursor) };
}

export function parseShowTables(cursor: Cursor): Statement {
  return { kind: 'show-tables', ...takeDatabase(cursor), ...takePattern(cursor), viewsOnly: false };
}

export function parseShowViews(cursor: Cursor): Statement {
  return { kind: 'show-tables', ...takeDatabase(cursor), ...takePattern(cursor), viewsOnly: true };
}

/** `SHOW COLUMNS IN t`, `IN db.t`, and Hive's `IN t IN db`. */
export function parseShowColumns(cursor: Cursor): Statement {
  if (!cursor.takeWords('IN')) cursor.expectWord('FROM');
  const name = cursor.expectTableName();
  const { database } = takeDatabase(cursor);
  if (database !== undefined && name.database !== undefined) cursor.fail('one database');
  return { kind: 'show-columns', name: database === undefined ? name : { ...name, database } };
}

export function parseShowPartitions(cursor: Cursor): Statement {
  return { kind: 'show-partitions', name: cursor.expectTableName() };
}

export function parseShowProperties(cursor: Cursor): Statement {
  const name = cursor.expectTableName();
  if (!cursor.takeSign('(')) return { kind: 'show-properties', name };
  const property = cursor.takeText() ?? cursor.fail('the name of a property, in quotes');
  cursor.expectSign(')');
  return { kind: 'show-properties', name, property };
}

export function parseShowCreateTable(cursor: Cursor): Statement {
  return { kind: 'show-create-table', name: cursor.expectTableName() };
}

export function parseShowCreateView(cursor: Cursor): Statement {
  return { kind: 'show-create-view', name: cursor.expectTableName() };
}

/** A table may itself be called `formatted`: it is the keyword only where a name follows. */
export function parseDescribe(cursor: Cursor): Statement {
  const leads = cursor.peek(1).kind !== 'end' && cursor.peek(1).kind !== 'sign';
  const formatted = leads && (cursor.takeWords('FORMATTED') || cursor.takeWords('EXTENDED'));
  return { kind: 'describe', name: cursor.expectTableName(), formatted };
}

export function parseDropView(cursor: Cursor): Statement {
  const ifExists = cursor.takeWords('IF', 'EXISTS');
  const name: TableName = cursor.expectTableName();
  return { kind: 'drop-view', name, ifExists };
}

function takeDatabase(cursor: Cursor): { database?: string } {
  if (!cursor.takeWords('IN') && !cursor.takeWords('FROM')) return {};
  return { database: cursor.expectDatabaseName() };
}

function takePattern(cursor: Cursor): { pattern?: string } {
  const isAsked = cursor.takeWords('LIKE');
  if (cursor.next.kind === 'text' && cursor.next.text.length > PATTERN_CHARACTERS_MAX) cursor.fail('a shorter pattern');
  const pattern = cursor.takeText();
  if (pattern !== undefined) return { pattern };
  return isAsked ? cursor.fail('a pattern in quotes') : {};
}
