/** One number of a bench and the mark it is held to. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Text of the mark, such as `>= 400000`; undefined: for information. */
  readonly mark?: string;
}

export type Bench = () => Promise<readonly Measurement[]>;

/** Whether the mark is met; undefined when there is none. */
export function isMet({ value, mark }: Measurement): boolean | undefined {
  const match = /^(>=|<=|<) (-?[\d.]+)$/.exec(mark ?? '');
  if (match === null) return undefined;
  const limit = Number(match[2]);
  return match[1] === '>=' ? value >= limit : match[1] === '<=' ? value <= limit : value < limit;
}

export function formatTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map((one) => {
    const met = isMet(one);
    return [
      one.name,
      formatValue(one.value),
      one.unit,
      one.mark ?? '',
      met === undefined ? '' : met ? 'met' : 'MISSED',
    ];
  });
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (row: readonly string[]) =>
    row.map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)));
  return rows.map((row) => pad(row).join('  ').trimEnd()).join('\n');
}

function formatValue(value: number): string {
  return Number.isInteger(value) || Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
