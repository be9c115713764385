/**
 * Tables of scores as text to paste: CSV (RFC 4180), Markdown (GitHub) and LaTeX (booktabs).
 *
 * Cells are given as the text shown on the page, so that what is pasted is what was seen.
 */

export interface TextTable {
  readonly caption: string;
  readonly columns: readonly string[];
  /** One list per row, as long as `columns`. */
  readonly rows: readonly (readonly string[])[];
}

export const TABLE_FORMATS = [
  { id: "csv", name: "CSV" },
  { id: "markdown", name: "Markdown" },
  { id: "latex", name: "LaTeX" },
] as const;

export type TableFormat = (typeof TABLE_FORMATS)[number]["id"];

export function formatTable(table: TextTable, format: TableFormat): string {
  switch (format) {
    case "csv":
      return [table.columns, ...table.rows].map((row) => row.map(quoteCsv).join(",")).join("\r\n");
    case "markdown":
      return formatMarkdown(table);
    case "latex":
      return formatLatex(table);
  }
}

function formatMarkdown({ caption, columns, rows }: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = columns.map((_, column) => (column === 0 ? ":--" : "--:"));
  return [`**${caption}**`, "", line(columns), line(rule), ...rows.map(line)].join("\n");
}

function formatLatex({ caption, columns, rows }: TextTable): string {
  const line = (cells: readonly string[]) => `  ${cells.map(escapeLatex).join(" & ")} \\\\`;
  return [
    "\\begin{table}",
    "\\centering",
    `\\caption{${escapeLatex(caption)}}`,
    `\\begin{tabular}{l${"r".repeat(columns.length - 1)}}`,
    "  \\toprule",
    line(columns),
    "  \\midrule",
    ...rows.map(line),
    "  \\bottomrule",
    "\\end{tabular}",
    "\\end{table}",
  ].join("\n");
}

/** Also disarms cells a spreadsheet would run as a formula, unless they are plain signed numbers. */
function quoteCsv(cell: string): string {
  const isFormula = /^[=@+\t\r-]/.test(cell) && Number.isNaN(Number(cell));
  const text = isFormula ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "−": "$-$",
  "–": "--",
};

function escapeLatex(cell: string): string {
  return cell.replace(/[\\~^−–&%$#_{}]/g, (character) => LATEX[character] ?? `\\${character}`);
}
