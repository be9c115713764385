/**
 * Polygons as a raster of labels on a map's grid, made as it is read: a pixel belongs to the polygon that its centre lies
 * in, to the last one where several do, and to none outside of them, as gdal_rasterize has it.
 */
import { NadirError } from "../core/errors";
import type { PixelRing } from "../core/polygons/pixel-coverage";
import { spansByRow } from "../core/polygons/row-spans";
import type { PixelRect, RasterFacts, RasterSource } from "../core/raster/raster";
import type { VectorLayer } from "../core/vector/vector-layer";
import { placePolygons } from "./place-polygons";

/** No polygon. */
const NOTHING = 255;

/** How attributes are called that say what is there. */
const CLASS_FIELDS =
  /^(class|class_?name|klasse|classe|clase|label|category|kategorie|categorie|land_?(use|cover)|nutzung|nutzart|type|typ)$/i;

/** The attribute whose name says that it is the class; undefined without one. */
export function classField(fields: readonly string[]): string | undefined {
  return fields.find((name) => CLASS_FIELDS.test(name));
}

/** Values of one attribute as ids. */
interface BurntClasses {
  /** Of each polygon; null without a value. */
  readonly ids: readonly (number | null)[];
  /** By id; null where the values are numbers, which a table must explain. */
  readonly names: readonly string[] | null;
}

/**
 * @param field Attribute that says the class; null for the one whose name says so.
 * @throws {NadirError} `bad-vector` when no attribute says the class; as `placePolygons`.
 */
export function burnPolygons(
  grid: RasterFacts,
  layer: VectorLayer,
  fileName: string,
  field: string | null,
): RasterSource {
  const { ids, names } = classesOf(layer, fileName, field);
  const { parts } = placePolygons(grid, layer);
  const burnt = parts.flatMap((own, index) => {
    const id = ids[index]!;
    return id === null ? [] : own.map((rings) => ({ id, rings, rows: rowsOf(rings) }));
  });
  return {
    facts: {
      fileName,
      fileBytes: 0,
      format: grid.format,
      widthPx: grid.widthPx,
      heightPx: grid.heightPx,
      bands: [
        {
          index: 0,
          dtype: "uint8",
          name: null,
          role: "unknown",
          roleReason: "polygons",
          nodata: NOTHING,
          scale: 1,
          offset: 0,
        },
      ],
      palette: null,
      blockWidthPx: grid.widthPx,
      blockHeightPx: 256,
      levels: [{ widthPx: grid.widthPx, heightPx: grid.heightPx }],
      geotransform: grid.geotransform,
      crs: grid.crs,
      ...(names !== null && { categoryNames: names }),
      notes: [`${fileName}: polygons, burnt where the centre of a pixel lies in them.`],
    },
    async read({ rect, bands, signal }) {
      signal?.throwIfAborted();
      const values = new Uint8Array(rect.widthPx * rect.heightPx).fill(NOTHING);
      for (const { id, rings, rows } of burnt) {
        if (rows[1] > rect.row && rows[0] < rect.row + rect.heightPx) fill(values, rect, rings, id);
      }
      return { bands: bands.map(() => values), valid: values.map((value) => Number(value !== NOTHING)) };
    },
    close() {},
  };
}

function rowsOf(rings: readonly PixelRing[]): readonly [top: number, bottom: number] {
  const rows = rings[0]!.filter((_, at) => at % 2 === 1);
  return [
    rows.reduce((least, y) => Math.min(least, y), Infinity),
    rows.reduce((most, y) => Math.max(most, y), -Infinity),
  ];
}

function fill(values: Uint8Array, { col, row, widthPx, heightPx }: PixelRect, rings: readonly PixelRing[], id: number) {
  for (const [line, spans] of spansByRow(rings, row, row + heightPx).entries()) {
    for (let pair = 0; pair + 1 < spans.length; pair += 2) {
      const first = Math.max(0, spans[pair]! - col);
      const end = Math.min(widthPx, spans[pair + 1]! - col);
      if (end > first) values.fill(id, line * widthPx + first, line * widthPx + end);
    }
  }
}

function classesOf({ polygons }: VectorLayer, fileName: string, field: string | null): BurntClasses {
  const fields = [...new Set(polygons.flatMap(({ properties }) => Object.keys(properties)))];
  const chosen = field ?? classField(fields);
  if (chosen === undefined || !fields.includes(chosen)) {
    throw noClass(
      fileName,
      field === null ? "None of its attributes says by its name what is there." : `It has no attribute "${field}".`,
      fields,
    );
  }
  const values = polygons.map(({ properties }) => properties[chosen] ?? null);
  const given = values.filter((value) => value !== null);
  if (given.length === 0) throw noClass(fileName, `Its attribute "${chosen}" is empty.`, fields);
  const isId = (value: unknown) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < NOTHING;
  if (given.every(isId)) return { ids: values as (number | null)[], names: null };
  const names = [...new Set(given.map(String))].sort();
  if (names.length > NOTHING) throw noClass(fileName, `Its attribute "${chosen}" has ${names.length} values.`, fields);
  return { ids: values.map((value) => (value === null ? null : names.indexOf(String(value)))), names };
}

function noClass(subject: string, found: string, fields: readonly string[]): NadirError {
  return new NadirError({
    code: "bad-vector",
    subject,
    found,
    needed: `Polygons that are ground truth need an attribute that says the class; there are: ${fields.slice(0, 20).join(", ") || "none"}.`,
    next: "Name it with --truth-field.",
  });
}
