import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../testing/run-python";
import { formatTable, type TextTable } from "./score-table";

const table: TextTable = {
  caption: "IoU in % · 5 classes",
  columns: ["Class", "EMSNet, v1", "Δ"],
  rows: [
    ["Low vegetation", "79.3", "−0.5"],
    ['a "quoted" | name', "5_0", "-1.0"],
    ["=HYPERLINK(1)", "", "100"],
  ],
};

describe("score tables as text", () => {
  test.skipIf(withoutPython)("Python's csv module reads back the cells, formulas disarmed", () => {
    const script = "import csv, io, json, sys; print(json.dumps(list(csv.reader(io.StringIO(json.load(sys.stdin))))))";
    const cells = runPython(script, formatTable(table, "csv"));
    expect(cells).toEqual([
      table.columns,
      ["Low vegetation", "79.3", "-0.5"],
      table.rows[1],
      ["'=HYPERLINK(1)", "", "100"],
    ]);
  });

  test("figures in CSV are plain numbers", () => {
    const rows = [
      ["1\u2009234.5", "+0.3", "−1\u202f000"],
      ["–", "+1 tile", "61.8 ± 0.9"],
    ];
    const lines = formatTable({ caption: "", columns: ["a", "b", "c"], rows }, "csv").split("\r\n");
    expect(lines.slice(1)).toEqual(["1234.5,0.3,-1000", ",'+1 tile,61.8 ± 0.9"]);
  });

  test("Markdown aligns numbers right and escapes bars", () => {
    const lines = formatTable(table, "markdown").split("\n");
    expect(lines[2]).toBe("| Class | EMSNet, v1 | Δ |");
    expect(lines[3]).toBe("| :-- | --: | --: |");
    expect(lines[5]).toBe('| a "quoted" \\| name | 5_0 | -1.0 |');
  });

  test("LaTeX escapes what it would read as markup", () => {
    const text = formatTable(table, "latex");
    expect(text).toContain("\\caption{IoU in \\% · 5 classes}");
    expect(text).toContain("\\begin{tabular}{lrr}");
    expect(text).toContain("Low vegetation & 79.3 & $-$0.5 \\\\");
    expect(text).toContain("5\\_0");
  });
});
