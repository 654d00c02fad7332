/** One cell: its text, and how it looks once its width is known. */
export interface Cell {
  readonly text: string;
  readonly paint?: ((text: string) => string) | undefined;
}

/** Columns as wide as their widest cell, two spaces between them; the last one is not padded. */
export function renderTable(rows: readonly (readonly Cell[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell.text));
  }
  return rows.map((row) => `${indent}${renderRow(row, widths)}\n`).join('');
}

function renderRow(row: readonly Cell[], widths: readonly number[]): string {
  const cells = row.map(({ text, paint }, i) => {
    const last = i === row.length - 1;
    const padding = last ? '' : ' '.repeat((widths[i] ?? 0) - width(text));
    return (paint === undefined ? text : paint(text)) + padding;
  });
  return cells.join('  ').trimEnd();
}

/** Characters, not UTF-16 units. */
const width = (text: string): number => Array.from(text).length;
