/** Functions of the prelude that are easier to say in JavaScript: number and type texts (glue-athena reference, 7.1). */
import { DOUBLE, DuckDBScalarFunction, type DuckDBType, FLOAT, VARCHAR } from '@duckdb/node-api';
import { formatDouble, formatReal } from '../java-text.ts';

const TYPE_NAMES: Readonly<Record<string, string>> = {
  HUGEINT: 'bigint',
  UBIGINT: 'bigint',
  FLOAT: 'real',
  BLOB: 'varbinary',
  TIMESTAMP: 'timestamp(3)',
  'TIMESTAMP WITH TIME ZONE': 'timestamp(3) with time zone',
  TIME: 'time(3)',
  INTERVAL: 'interval day to second',
  '"NULL"': 'unknown',
};

export function scalarFunctions(): DuckDBScalarFunction[] {
  return [
    scalar('athena_double_text', DOUBLE, (value) => formatDouble(value as number)),
    scalar('athena_real_text', FLOAT, (value) => formatReal(value as number)),
    scalar('athena_type_text', VARCHAR, (value) => trinoType(value as string)),
  ];
}

function scalar(name: string, parameter: DuckDBType, text: (value: unknown) => string): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    returnType: VARCHAR,
    parameterTypes: [parameter],
    mainFunction: (_info, input, output) => {
      const values = input.getColumnVector(0);
      for (let row = 0; row < input.rowCount; row++) output.setItem(row, text(values.getItem(row)));
      output.flush();
    },
  });
}

/** `INTEGER[]` to `array(integer)`, `MAP(VARCHAR, INTEGER)` to `map(varchar, integer)`, `STRUCT(a INTEGER)` to `row(a integer)`. */
export function trinoType(duckdbType: string): string {
  const text = duckdbType.trim();
  if (text.endsWith(']')) return `array(${trinoType(text.slice(0, text.lastIndexOf('[')))})`;
  const inner = /^(MAP|STRUCT)\((.*)\)$/s.exec(text);
  if (inner?.[1] === 'MAP')
    return `map(${splitTop(inner[2] ?? '')
      .map(trinoType)
      .join(', ')})`;
  if (inner?.[1] === 'STRUCT')
    return `row(${splitTop(inner[2] ?? '')
      .map(fieldText)
      .join(', ')})`;
  return TYPE_NAMES[text] ?? text.toLowerCase();
}

function fieldText(field: string): string {
  const cut = field.trim().startsWith('"') ? field.indexOf('"', field.indexOf('"') + 1) + 1 : field.trim().indexOf(' ');
  const name = field.trim().slice(0, cut);
  return `${name} ${trinoType(field.trim().slice(cut))}`;
}

function splitTop(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}
