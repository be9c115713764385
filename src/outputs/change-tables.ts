/** What changed between two maps, as tables: from which class to which, and what each class lost and won. */
import type { ChangedObjects, MapChanges } from "../core/metrics/map-changes";
import { formatTable, type TableFormat, type TextTable } from "./score-table";

const SQUARE_METRES_PER_HECTARE = 10_000;

/** Figures of the tables as they are written, row by row; classes in the order of the changes. */
export interface ChangeFigures {
  readonly pixels: readonly (readonly string[])[];
  /** Null where pixels have no known size. */
  readonly hectares: readonly (readonly string[])[] | null;
  /** Before, lost, won, after; in hectares, or in pixels without them. */
  readonly balance: readonly (readonly string[])[];
  /** Count, area and mean change of height of what appeared, then of what is gone. */
  readonly objects: readonly (readonly string[])[];
}

export function changeFigures({ classes, pixels, squareMetres, objects }: MapChanges): ChangeFigures {
  const hectares = squareMetres?.map((row) => row.map((area) => area / SQUARE_METRES_PER_HECTARE)) ?? null;
  const amounts = hectares ?? pixels;
  const spell = hectares === null ? String : inHectares;
  const objectCells = ({ count, pixels: size, squareMetres: area, heightChangeMetres }: ChangedObjects) => [
    String(count),
    area === null ? String(size) : inHectares(area / SQUARE_METRES_PER_HECTARE),
    heightChangeMetres === null ? "–" : heightChangeMetres.toFixed(2),
  ];
  return {
    pixels: pixels.map((row) => row.map(String)),
    hectares: hectares?.map((row) => row.map(inHectares)) ?? null,
    balance: classes.map((_, at) => {
      const before = sum(amounts[at]!);
      const after = sum(amounts.map((row) => row[at]!));
      const stayed = amounts[at]![at]!;
      return [before, before - stayed, after - stayed, after].map(spell);
    }),
    objects: classes.map((_, at) => [objects.appeared[at]!, objects.gone[at]!].flatMap(objectCells)),
  };
}

/** The matrix in pixels, and in hectares where pixels have a known size; each class before and after; objects. */
export function changeTables(changes: MapChanges, format: TableFormat): string {
  const { pixels, hectares, balance, objects } = changeFigures(changes);
  const names = changes.classes.map(({ name }) => name);
  const { least, unit } = changes.objects;
  const area = hectares === null ? "px" : "ha";
  const named = (rows: readonly (readonly string[])[]) => names.map((name, at) => [name, ...rows[at]!]);
  const matrix = (of: string, rows: readonly (readonly string[])[]): TextTable => ({
    caption: `${of}: classes before in rows, after in columns`,
    columns: ["", ...names],
    rows: named(rows),
  });
  const tables: TextTable[] = [
    matrix("px", pixels),
    ...(hectares === null ? [] : [matrix("ha", hectares)]),
    { caption: `each class in ${area}`, columns: ["", "before", "lost", "won", "after"], rows: named(balance) },
    {
      caption: `objects of at least ${least} ${unit}`,
      columns: ["", "new", `new ${area}`, "new: m higher", "gone", `gone ${area}`, "gone: m higher"],
      rows: named(objects),
    },
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

/** What stands in the files of changes. */
export function changeLabels(before: string, after: string): Readonly<Record<string, string>> {
  return { CHANGED_FROM: before, CHANGED_TO: after };
}
