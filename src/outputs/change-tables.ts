/** What changed between two maps, as tables: from which class to which, and what each class lost and won. */
import type { MapChanges } from "../evaluation/compare-dates";
import { formatTable, type TableFormat } from "./score-table";

const SQUARE_METRES_PER_HECTARE = 10_000;

/** The matrix in pixels, and in hectares where pixels have a known size; then each class before and after. */
export function changeTables({ classes, pixels, squareMetres }: MapChanges, format: TableFormat): string {
  const names = classes.map(({ name }) => name);
  const hectares = squareMetres?.map((row) => row.map((area) => area / SQUARE_METRES_PER_HECTARE)) ?? null;
  const matrixOf = (unit: string, values: readonly (readonly number[])[], spell: (value: number) => string) => ({
    caption: `${unit}: classes before in rows, after in columns`,
    columns: ["", ...names],
    rows: names.map((name, from) => [name, ...values[from]!.map(spell)]),
  });
  const [amounts, unit] = hectares === null ? [pixels, "px"] : [hectares, "ha"];
  const spell = hectares === null ? String : inHectares;
  const balance = {
    caption: `each class in ${unit}`,
    columns: ["", "before", "lost", "won", "after"],
    rows: names.map((name, at) => {
      const before = sum(amounts[at]!);
      const after = sum(amounts.map((row) => row[at]!));
      const stayed = amounts[at]![at]!;
      return [name, ...[before, before - stayed, after - stayed, after].map(spell)];
    }),
  };
  const tables = [
    matrixOf("px", pixels, String),
    ...(hectares === null ? [] : [matrixOf("ha", hectares, spell)]),
    balance,
  ];
  return tables.map((table) => formatTable(table, format)).join("\n\n");
}

/** A square metre is the fourth digit. */
function inHectares(value: number): string {
  return value.toFixed(4);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
