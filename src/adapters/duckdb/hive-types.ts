/** Catalogue (Hive) type texts to DuckDB types: `struct<a:int,b:array<string>>` to `STRUCT("a" INTEGER, "b" VARCHAR[])`. */

const SIMPLE: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INTEGER',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  float: 'FLOAT',
  real: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  varchar: 'VARCHAR',
  char: 'VARCHAR',
  binary: 'BLOB',
  varbinary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  time: 'TIME',
  json: 'JSON',
};

/** @throws Error when the text names a type that tables cannot have. */
export function duckdbTypeOf(hiveType: string): string {
  const text = hiveType.trim();
  const open = text.search(/[<(]/);
  const head = (open < 0 ? text : text.slice(0, open)).trim().toLowerCase();
  const inner = open < 0 ? '' : text.slice(open + 1, -1);
  if (head === 'array') return `${duckdbTypeOf(inner)}[]`;
  if (head === 'map') return mapType(inner);
  if (head === 'struct') return structType(inner);
  if (head === 'decimal') return open < 0 ? 'DECIMAL(10,0)' : decimalType(inner);
  if (head === 'timestamp with time zone') return 'TIMESTAMPTZ';
  const simple = SIMPLE[head];
  if (simple === undefined) throw new Error(`Unknown column type '${hiveType}'`);
  return simple;
}

/** A name as DuckDB reads it exactly, whatever is in it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a DuckDB string literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function decimalType(inner: string): string {
  const digits = /^\s*(\d{1,2})\s*(?:,\s*(\d{1,2})\s*)?$/.exec(inner);
  if (digits === null) throw new Error(`Unknown column type 'decimal(${inner})'`);
  return `DECIMAL(${digits[1]},${digits[2] ?? 0})`;
}

function mapType(inner: string): string {
  const [key, value, ...rest] = splitTop(inner);
  if (key === undefined || value === undefined || rest.length > 0)
    throw new Error(`Unknown column type 'map<${inner}>'`);
  return `MAP(${duckdbTypeOf(key)}, ${duckdbTypeOf(value)})`;
}

function structType(inner: string): string {
  const fields = splitTop(inner).map((field) => {
    const colon = field.indexOf(':');
    if (colon < 0) throw new Error(`Unknown column type 'struct<${inner}>'`);
    return `${quoteName(field.slice(0, colon).trim())} ${duckdbTypeOf(field.slice(colon + 1))}`;
  });
  return `STRUCT(${fields.join(', ')})`;
}

/** Splits at the commas that no bracket encloses. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '<' || char === '(') depth++;
    else if (char === '>' || char === ')') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}
