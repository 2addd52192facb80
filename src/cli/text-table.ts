/** Rows as aligned columns that fit a terminal: what does not fit is cut with an ellipsis. Numbers align right. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const widths = fitWidths(header, rows, width);
  const isNumeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^(-?[\d.,E+-]+|)$/.test(row[column] ?? '')),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        pad(cut(printable(cell), widths[column] ?? 0), widths[column] ?? 0, isNumeric[column] === true),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((columnWidth) => '─'.repeat(columnWidth)).join('  ');
  return [line(header), rule, ...rows.map(line)].join('\n');
}

const GAP = 2;
const COLUMN_MIN = 6;

/** The widest columns give way first, down to a minimum. */
function fitWidths(header: readonly string[], rows: readonly (readonly string[])[], width: number): number[] {
  const widths = header.map((name, column) =>
    Math.max(printable(name).length, ...rows.map((row) => printable(row[column] ?? '').length)),
  );
  const total = () => widths.reduce((sum, columnWidth) => sum + columnWidth, 0) + GAP * (widths.length - 1);
  while (total() > width) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= COLUMN_MIN) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

function pad(text: string, width: number, isRight: boolean): string {
  return isRight ? text.padStart(width) : text.padEnd(width);
}

/** Control characters would move the cursor of whoever reads other people's command lines. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
