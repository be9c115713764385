/**
 * GDAL's XML: the metadata tag inside a TIFF (42112) and `.aux.xml` files beside a raster.
 *
 * Workers have no DOMParser; both formats are flat enough for a tag scanner that never follows entities or DTDs.
 */
import { MAP_LABELS, type MapLabels } from "../core/labels/map-labels";
import { parseNodata } from "../core/raster/nodata";
import type { BandRole } from "../core/vocabulary/band-roles";

interface BandMetadata {
  scale?: number;
  offset?: number;
  unit?: string;
  name?: string;
  role?: BandRole;
  nodata?: number;
}

export interface RasterMetadata {
  readonly bands: ReadonlyMap<number, BandMetadata>;
  readonly categoryNames: readonly string[] | null;
  /** What made the map, as our own files say it (`outputs/run-labels.ts`). */
  readonly labels?: MapLabels;
  /** WKT of the CRS (`.aux.xml`). */
  readonly wkt: string | null;
  /** Six numbers in GDAL's order (`.aux.xml`). */
  readonly geotransform: readonly number[] | null;
}

interface XmlElement {
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: string;
}

const OWN_LABELS: ReadonlySet<string> = new Set(MAP_LABELS);

/** Content of tag 42112: `<Item name="SCALE" sample="0" role="scale">0.1</Item>`; GDAL escapes its values twice. */
export function parseGdalMetadata(xml: string): RasterMetadata {
  const bands = new Map<number, BandMetadata>();
  const labels: Record<string, string> = {};
  let categoryNames: string[] | null = null;
  for (const { attributes, body } of elements(xml, "Item")) {
    const value = unescapeXml(unescapeXml(body)).trim();
    const name = (attributes.name ?? "").toUpperCase();
    const category = /^CATEGORY_(\d+)$/.exec(name);
    if (category !== null) {
      categoryNames ??= [];
      categoryNames[Number(category[1])] = value;
      continue;
    }
    if (attributes.sample === undefined) {
      if (OWN_LABELS.has(name)) labels[name] = value;
      continue;
    }
    const band = bandEntry(bands, Number(attributes.sample));
    if (attributes.role === "scale") band.scale = finite(value, 1);
    else if (attributes.role === "offset") band.offset = finite(value, 0);
    else if (attributes.role === "unittype") band.unit = value;
    else if (attributes.role === "description") band.name = value;
    else if (attributes.role === "colorinterp" || name === "COLORINTERP") setRole(band, value);
  }
  return { bands, categoryNames: filled(categoryNames), wkt: null, geotransform: null, labels };
}

/** A GDAL PAM file (`image.tif.aux.xml`). */
export function parseAuxXml(xml: string): RasterMetadata {
  const bands = new Map<number, BandMetadata>();
  let categoryNames: string[] | null = null;
  for (const { attributes, body } of elements(xml, "PAMRasterBand")) {
    const band = bandEntry(bands, Number(attributes.band ?? 1) - 1);
    const text = (tag: string) => elements(body, tag)[0]?.body;
    const nodata = text("NoDataValue");
    if (nodata !== undefined) {
      const value = parseNodata(nodata);
      if (value !== null) band.nodata = value;
    }
    const [scale, offset, unit, name, role] = ["Scale", "Offset", "UnitType", "Description", "ColorInterp"].map(text);
    if (scale !== undefined) band.scale = finite(scale, 1);
    if (offset !== undefined) band.offset = finite(offset, 0);
    if (unit !== undefined) band.unit = unescapeXml(unit);
    if (name !== undefined) band.name = unescapeXml(name);
    if (role !== undefined) setRole(band, role);
    const categories = text("CategoryNames");
    if (categories !== undefined)
      categoryNames ??= elements(categories, "Category").map((entry) => unescapeXml(entry.body));
  }
  const esri = elements(xml, "GeodataXform")[0]?.body ?? "";
  const wkt = elements(xml, "SRS")[0]?.body ?? elements(esri, "WKT")[0]?.body;
  const transform = elements(xml, "GeoTransform")[0]
    ?.body.split(",")
    .map((word) => Number(word));
  return {
    bands,
    categoryNames: filled(categoryNames),
    wkt: wkt === undefined ? null : unescapeXml(wkt).trim(),
    geotransform: transform?.length === 6 && transform.every(Number.isFinite) ? transform : esriGrid(esri),
  };
}

/**
 * ArcGIS's first-order polynomial about pixel centres: map = c0 + c1 · X + c2 · Y.
 *
 * Y counts upwards in ArcGIS's own files and downwards in others'; of the two the one that does not mirror the image
 * is meant.
 */
function esriGrid(xform: string): readonly number[] | null {
  if (elements(xform, "PolynomialOrder")[0]?.body.trim() !== "1") return null;
  const [x, y] = ["CoeffX", "CoeffY"].map((tag) =>
    elements(elements(xform, tag)[0]?.body ?? "", "Double").map(({ body }) => Number(body)),
  );
  if (x?.length !== 3 || y?.length !== 3 || ![...x, ...y].every(Number.isFinite)) return null;
  const [x0, a, xOfY] = x as [number, number, number];
  const [y0, d, yOfY] = y as [number, number, number];
  const down = a * yOfY - xOfY * d > 0 ? -1 : 1;
  const [b, e] = [down * xOfY, down * yOfY];
  return [x0 - a / 2 - b / 2, a, b, y0 - d / 2 - e / 2, d, e];
}

function elements(xml: string, tag: string): XmlElement[] {
  const found: XmlElement[] = [];
  const pattern = new RegExp(`<${tag}(\\s[^>]*?)?(?:/>|>([\\s\\S]*?)</${tag}>)`, "g");
  for (const match of xml.matchAll(pattern)) {
    const attributes: Record<string, string> = {};
    for (const [, key, value] of (match[1] ?? "").matchAll(/([\w:-]+)\s*=\s*"([^"]*)"/g)) {
      attributes[key!] = unescapeXml(value!);
    }
    found.push({ attributes, body: match[2] ?? "" });
  }
  return found;
}

function unescapeXml(text: string): string {
  return text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, "&");
}

const ROLES: Readonly<Record<string, BandRole>> = {
  red: "red",
  green: "green",
  blue: "blue",
  alpha: "alpha",
  nir: "nir",
  infrared: "nir",
  gray: "grey",
  undefined: "unknown",
};

function setRole(band: BandMetadata, value: string): void {
  const role = ROLES[value.trim().toLowerCase()];
  if (role !== undefined) band.role = role;
}

function bandEntry(bands: Map<number, BandMetadata>, index: number): BandMetadata {
  let entry = bands.get(index);
  if (entry === undefined) {
    entry = {};
    bands.set(index, entry);
  }
  return entry;
}

function finite(text: string, fallback: number): number {
  const value = Number(text);
  return Number.isFinite(value) && text.trim() !== "" ? value : fallback;
}

function filled(names: readonly (string | undefined)[] | null): readonly string[] | null {
  return names === null ? null : Array.from(names, (name) => name ?? "");
}
