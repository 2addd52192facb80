import type { Cursor } from './cursor.ts';
import type { CreateView } from './statement.ts';
import type { Token } from './tokens.ts';

/** After `CREATE [OR REPLACE] VIEW`: `name [COMMENT 'text'] AS SELECT …`. */
export function parseCreateView(cursor: Cursor, replaces: boolean): CreateView {
  const name = cursor.expectTableName();
  const comment = cursor.takeWords('COMMENT') ? (cursor.takeText() ?? cursor.fail('a comment in quotes')) : undefined;
  if (cursor.takeWords('SECURITY')) throw cursor.refusal('NOT_SUPPORTED', 'SECURITY of a view is not supported');
  cursor.expectWord('AS');
  const start = cursor.next.start;
  const end = takeRest(cursor);
  return {
    kind: 'create-view',
    name,
    replaces,
    ...(comment === undefined ? {} : { comment }),
    sql: cursor.sql.slice(start, end),
    probeSql: probe(cursor.sql, start, end),
  };
}

/** Takes everything up to a trailing `;` and returns where it ends. */
function takeRest(cursor: Cursor): number {
  let end: number | undefined;
  while (!isEnd(cursor.next)) {
    if (cursor.next.kind === 'bad') cursor.fail('its end');
    end = cursor.take().end;
  }
  return end ?? cursor.fail('SELECT');
}

function isEnd({ kind, text }: Token): boolean {
  return kind === 'end' || (kind === 'sign' && text === ';');
}

/**
 * The SELECT as a WITH member of a query for no rows, and blanks for all that stood before it, so that an error the
 * engine finds is at the place where the user sees it. `CREATE VIEW x AS` has room for the opening unless it is broken
 * into short lines.
 */
function probe(sql: string, start: number, end: number): string {
  const opening = 'WITH "v" AS (';
  const before = sql.slice(0, start).replace(/[^\n]/g, ' ');
  const room = before.indexOf(' '.repeat(opening.length));
  const at = room === -1 ? before.length : room;
  const lead = before.slice(0, at) + opening + before.slice(at + opening.length);
  return `${lead}${sql.slice(start, end)}\n) SELECT * FROM "v" LIMIT 0`;
}
