/** Cells of comma-separated values, as RFC 4180 has them. */

/** Rows of cells; empty lines are none, and a byte order mark is no cell. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let ended = true;
  const plain = text.replace(/^\uFEFF/, "");
  for (const [, quoted, bare, end] of plain.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (ended && quoted === undefined && bare === "" && end !== ",") continue;
    row.push(quoted === undefined ? bare! : quoted.replaceAll('""', '"'));
    ended = end !== ",";
    if (ended) {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
