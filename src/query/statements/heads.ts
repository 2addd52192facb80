/**
 * What the first words of a statement say about it: Athena's type and sub-type, the kind of file its answer is written
 * to, and who parses it. A statement without a parser is one we refuse.
 */
import type { Cursor } from './cursor.ts';
import { parseCreateView } from './parse-create-view.ts';
import * as show from './parse-show.ts';
import type { Statement, StatementType } from './statement.ts';

export interface Head {
  readonly words: readonly string[];
  readonly type: StatementType;
  readonly substatementType: string;
  readonly writesCsv: boolean;
  /** Called with the cursor after `words`. */
  readonly parse?: (cursor: Cursor) => Statement;
}

function head(words: string, type: StatementType, parse?: Head['parse'], substatementType?: string): Head {
  return {
    words: words.split(' '),
    type,
    substatementType: substatementType ?? words.replaceAll(' ', '_'),
    writesCsv: false,
    ...(parse === undefined ? {} : { parse }),
  };
}

function read(word: string, type: StatementType, substatementType: string): Head {
  return { words: [word], type, substatementType, writesCsv: true, parse: () => ({ kind: 'read' }) };
}

/** The first that fits holds, so longer ones stand before shorter ones. */
export const HEADS: readonly Head[] = [
  read('SELECT', 'DML', 'SELECT'),
  read('WITH', 'DML', 'SELECT'),
  read('VALUES', 'DML', 'SELECT'),
  read('TABLE', 'DML', 'SELECT'),
  read('EXPLAIN', 'UTILITY', 'EXPLAIN'),
  head('SHOW DATABASES', 'UTILITY', show.parseShowDatabases),
  head('SHOW SCHEMAS', 'UTILITY', show.parseShowDatabases),
  head('SHOW TABLES', 'UTILITY', show.parseShowTables),
  head('SHOW VIEWS', 'UTILITY', show.parseShowViews),
  head('SHOW COLUMNS', 'UTILITY', show.parseShowColumns),
  head('SHOW PARTITIONS', 'UTILITY', show.parseShowPartitions),
  head('SHOW TBLPROPERTIES', 'UTILITY', show.parseShowProperties),
  head('SHOW CREATE TABLE', 'UTILITY', show.parseShowCreateTable),
  head('SHOW CREATE VIEW', 'UTILITY', show.parseShowCreateView),
  head('SHOW', 'UTILITY'),
  head('DESCRIBE INPUT', 'UTILITY'),
  head('DESCRIBE OUTPUT', 'UTILITY'),
  head('DESCRIBE', 'UTILITY', show.parseDescribe, 'DESCRIBE'),
  head('DESC', 'UTILITY', show.parseDescribe, 'DESCRIBE'),
  head('CREATE OR REPLACE VIEW', 'DDL', (cursor) => parseCreateView(cursor, true), 'CREATE_VIEW'),
  head('CREATE VIEW', 'DDL', (cursor) => parseCreateView(cursor, false)),
  head('DROP VIEW', 'DDL', show.parseDropView),
  ...['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'UNLOAD', 'EXECUTE'].map((word) => head(word, 'DML')),
  ...[
    'CREATE EXTERNAL TABLE',
    'CREATE TABLE',
    'CREATE DATABASE',
    'CREATE SCHEMA',
    'CREATE',
    'DROP TABLE',
    'DROP DATABASE',
    'DROP SCHEMA',
    'DROP',
    'ALTER TABLE',
    'ALTER DATABASE',
    'ALTER SCHEMA',
    'ALTER VIEW',
    'ALTER',
    'MSCK REPAIR TABLE',
    'PREPARE',
    'DEALLOCATE PREPARE',
    'TRUNCATE',
    'GRANT',
    'REVOKE',
    'DENY',
    'CALL',
    'SET',
    'RESET',
    'USE',
    'START TRANSACTION',
    'COMMIT',
    'ROLLBACK',
    'COMMENT',
    'REFRESH',
  ].map((words) => head(words, 'DDL')),
  ...['VACUUM', 'OPTIMIZE', 'ANALYZE'].map((word) => head(word, 'DDL')),
];

/** `CREATE TABLE … AS SELECT …`: by its first words any other CREATE TABLE. */
export const CREATE_TABLE_AS: Head = head('CREATE TABLE', 'DML', undefined, 'CREATE_TABLE_AS_SELECT');
