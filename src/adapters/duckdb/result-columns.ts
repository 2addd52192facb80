/** DuckDB's result types in Athena's terms (glue-athena reference, 7.2). */
import { type DuckDBResult, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import type { ResultColumn } from '../../ports/sql-engine.ts';
import { UNPLACED } from './dialect/query-rules.ts';

type Described = Omit<ResultColumn, 'name'>;

const TEXT_PRECISION = 2 ** 31 - 1;
const BYTES_PRECISION = 2 ** 30;
const TEXT = described('varchar', TEXT_PRECISION);

const BY_TYPE: { readonly [id in DuckDBTypeId]?: Described } = {
  [DuckDBTypeId.BOOLEAN]: described('boolean'),
  [DuckDBTypeId.TINYINT]: described('tinyint', 3),
  [DuckDBTypeId.SMALLINT]: described('smallint', 5),
  [DuckDBTypeId.UTINYINT]: described('smallint', 5),
  [DuckDBTypeId.INTEGER]: described('integer', 10),
  [DuckDBTypeId.USMALLINT]: described('integer', 10),
  [DuckDBTypeId.BIGINT]: described('bigint', 19),
  [DuckDBTypeId.UINTEGER]: described('bigint', 19),
  [DuckDBTypeId.UBIGINT]: described('bigint', 19),
  [DuckDBTypeId.HUGEINT]: described('bigint', 19),
  [DuckDBTypeId.UHUGEINT]: described('bigint', 19),
  [DuckDBTypeId.FLOAT]: described('float', 17),
  [DuckDBTypeId.DOUBLE]: described('double', 17),
  [DuckDBTypeId.BLOB]: described('varbinary', BYTES_PRECISION),
  [DuckDBTypeId.DATE]: described('date'),
  [DuckDBTypeId.TIME]: described('time', 3),
  [DuckDBTypeId.TIME_TZ]: described('time', 3),
  [DuckDBTypeId.TIMESTAMP]: described('timestamp', 3),
  [DuckDBTypeId.TIMESTAMP_S]: described('timestamp', 3),
  [DuckDBTypeId.TIMESTAMP_MS]: described('timestamp', 3),
  [DuckDBTypeId.TIMESTAMP_NS]: described('timestamp', 3),
  [DuckDBTypeId.TIMESTAMP_TZ]: described('timestamp with time zone', 3),
  [DuckDBTypeId.LIST]: described('array'),
  [DuckDBTypeId.ARRAY]: described('array'),
  [DuckDBTypeId.MAP]: described('map'),
  [DuckDBTypeId.STRUCT]: described('row'),
};

/** The columns of an answer in order; names may repeat. */
export function resultColumns(result: DuckDBResult): ResultColumn[] {
  return result.columnNames().map((name, i) => {
    const json = result.columnLogicalType(i).alias === 'JSON';
    return { name: placed(name, i), ...(json ? described('json') : describe(result.columnType(i))) };
  });
}

function placed(name: string, place: number): string {
  return name.startsWith(UNPLACED) ? `_col${place}` : name;
}

function describe(type: DuckDBType): Described {
  if (type.typeId === DuckDBTypeId.DECIMAL) return described('decimal', type.width, type.scale);
  return BY_TYPE[type.typeId] ?? TEXT;
}

function described(type: string, precision = 0, scale = 0): Described {
  return { type, precision, scale };
}
