/**
 * Tables of scores as text to paste: CSV (RFC 4180), Markdown (GitHub) and LaTeX (booktabs).
 *
 * Cells are given as the text shown on the page, so that what is pasted is what was seen; in CSV, which programs read,
 * figures are plain numbers: signs in ASCII and none before positive ones, no spaces between thousands, empty where
 * there is none.
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
function quoteCsv(shown: string): string {
  const cell = plainNumber(shown);
  const isFormula = /^[=@+\t\r-]/.test(cell) && Number.isNaN(Number(cell));
  const text = isFormula ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** "−1\u20094.5" → "-14.5", "+0.3" → "0.3", "–" → ""; anything else as it is. */
function plainNumber(cell: string): string {
  if (cell === "–") return "";
  const plain = cell
    .replaceAll(/[\u2009\u202f\u00a0]/g, "")
    .replace("−", "-")
    .replace(/^\+(?=\d)/, "");
  return /^-?\d+(\.\d+)?$/.test(plain) ? plain : cell;
}

const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "''",
  "−": "$-$",
  "–": "--",
  "—": "---",
  "’": "'",
  "±": "$\\pm$",
  "×": "$\\times$",
  Δ: "$\\Delta$",
  "≤": "$\\le$",
  "≥": "$\\ge$",
  "→": "$\\rightarrow$",
  "…": "\\dots{}",
  "²": "$^2$",
  "\u00a0": "~",
  "\u2009": "\\,",
  "\u202f": "\\,",
};

/**
 * Text as pdfLaTeX sets it in T1: Latin letters as they are; a character that its fonts do not have is named by its
 * number, so that the document compiles and the gap is seen.
 */
export function escapeLatex(cell: string): string {
  return Array.from(cell.normalize("NFC"), (character) => {
    const known = LATEX[character];
    if (known !== undefined) return known;
    if (/[&%$#_{}]/.test(character)) return `\\${character}`;
    if (/[\p{Cc}]/u.test(character)) return " ";
    return character <= "\u017f" ? character : `[U+${character.codePointAt(0)!.toString(16).toUpperCase()}]`;
  }).join("");
}
