import { renderTable } from '../text-table.ts';

/** What was asked for: JSON for programs, text for people. */
export function print(options: { readonly json?: boolean }, value: unknown, render: () => string): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(value) : render()}\n`);
}

export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  return renderTable(header, rows, width);
}
