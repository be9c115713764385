/** What well-known text defines: by EPSG's code where it carries one, else parameter by parameter. */
import type { Ellipsoid } from "../../core/georef/crs";
import {
  type CrsMeaning,
  geographicMeaning,
  methodMissing,
  projectedMeaning,
  unknownMeaning,
  unnamedDatum,
  withOwnParameters,
} from "./definition";
import type { Epsg, GeographicSystem } from "./epsg";
import { type ProjectionParameters, projectionWords } from "./projection";
import { child, children, epsgOf, numbersOf, textOf, type WktNode } from "./wkt";

const GEOGRAPHIC = ["GEOGCS", "GEOGCRS", "GEODCRS", "GEODETICCRS", "GEOGRAPHICCRS", "BASEGEOGCRS", "BASEGEODCRS"];
const PROJECTED = ["PROJCS", "PROJCRS", "PROJECTEDCRS"];
const UNITS = ["UNIT", "LENGTHUNIT", "ANGLEUNIT"];

/** The horizontal system of a text, out of what is wrapped around it; null when there is none. */
export function horizontalPart(node: WktNode | null): { node: WktNode; kind: "projected" | "geographic" } | null {
  if (node === null) return null;
  if (PROJECTED.includes(node.keyword)) return { node, kind: "projected" };
  if (GEOGRAPHIC.includes(node.keyword)) {
    const isGeocentric = child(node, "CS")?.values.some((value) => /^cartesian$/i.test(String(value))) ?? false;
    return isGeocentric ? null : { node, kind: "geographic" };
  }
  for (const inner of children(node, "SOURCECRS", "COMPD_CS", "COMPOUNDCRS", ...PROJECTED, ...GEOGRAPHIC)) {
    const found = horizontalPart(inner);
    if (found !== null) return found;
  }
  return null;
}

/** @param code EPSG's code of the system when the text or its name tells it. */
export function meaningOfWkt(
  node: WktNode,
  kind: "projected" | "geographic",
  code: number | null,
  epsg: Epsg,
): CrsMeaning {
  const own = towgs84(node);
  if (kind === "geographic") {
    const coded = code === null ? null : epsg.geographic(code);
    const base = coded === null ? geographicOf(node, epsg) : own === null ? coded : withOwn(coded, own);
    return base === null ? unknownMeaning("its text names no ellipsoid") : geographicMeaning(base);
  }
  const coded = code === null ? null : epsg.projected(code);
  if (coded !== null) return projectedMeaning(own === null ? coded : { ...coded, base: withOwn(coded.base, own) });
  const base = geographicOf(child(node, ...GEOGRAPHIC), epsg);
  const metresPerUnit = unitOf(node) ?? unitOf(child(node, "CS")) ?? axisUnit(node) ?? 1;
  if (base === null) return unknownMeaning("its text names no ellipsoid", metresPerUnit);
  const conversion = child(node, "CONVERSION") ?? node;
  const method = textOf(child(conversion, "PROJECTION", "METHOD")) ?? "";
  const made = krovak(node, method) ?? projectionWords(method, parametersOf(conversion, metresPerUnit, base));
  return made === null
    ? methodMissing(method.replaceAll("_", " "), metresPerUnit)
    : projectedMeaning({ base, conversion: made.words, metresPerUnit, axis: made.axis ?? "" });
}

function geographicOf(node: WktNode | null, epsg: Epsg): GeographicSystem | null {
  const code = epsgOf(node);
  const own = towgs84(node);
  const coded = code === null ? null : epsg.geographic(code);
  if (coded !== null) return own === null ? coded : withOwn(coded, own);
  const datumNode = child(node, "DATUM", "ENSEMBLE", "GEODETICDATUM", "TRF");
  const spheroid = child(datumNode, "SPHEROID", "ELLIPSOID");
  const [a, rf] = numbersOf(spheroid);
  const datumCode = epsgOf(datumNode);
  const known = (datumCode === null ? null : epsg.datum(datumCode)) ?? epsg.datumNamed(textOf(datumNode) ?? "");
  const ellipsoid: Ellipsoid | undefined =
    a === undefined || rf === undefined
      ? known?.datum.ellipsoid
      : { semiMajorMetres: a * (unitOf(spheroid) ?? 1), inverseFlattening: rf };
  if (ellipsoid === undefined) return null;
  const degreesPerUnit = ((unitOf(node) ?? axisUnit(node) ?? Math.PI / 180) * 180) / Math.PI;
  const meridian = child(node, "PRIMEM", "PRIMEMERIDIAN");
  const [longitude] = numbersOf(meridian);
  const meridianUnit = unitOf(meridian);
  // Paris is 2.5969213 grads and 2.33722917°: most writers of WKT 1 give degrees, whatever unit the system has.
  const meridianDegreesPerUnit = Math.abs((longitude ?? 0) - 2.33722917) < 1e-6 ? 1 : degreesPerUnit;
  const placed = known ?? unnamedDatum({ ellipsoid, meridianDegrees: 0 });
  const base: GeographicSystem = {
    datum: { ...placed.datum, ellipsoid },
    meridianDegrees:
      longitude === undefined
        ? placed.meridianDegrees
        : longitude * (meridianUnit === null ? meridianDegreesPerUnit : (meridianUnit * 180) / Math.PI),
    degreesPerUnit: Math.abs(degreesPerUnit - 1) < 1e-9 ? 1 : degreesPerUnit,
  };
  return own === null ? base : withOwn(base, own);
}

function withOwn(base: GeographicSystem, parameters: readonly number[]): GeographicSystem {
  return { ...base, datum: withOwnParameters(base.datum, parameters) };
}

/** Parameters to WGS 84 that the text itself carries; all zeros are what writers put where they know nothing. */
function towgs84(node: WktNode | null): readonly number[] | null {
  const inside = GEOGRAPHIC.includes(node?.keyword ?? "") ? node : child(node, ...GEOGRAPHIC);
  const values = numbersOf(child(child(inside, "DATUM"), "TOWGS84"));
  return (values.length === 3 || values.length === 7) && values.some((value) => value !== 0) ? values : null;
}

const PARAMETERS: Readonly<Record<string, keyof ProjectionParameters>> = {
  latitudeoforigin: "lat0",
  latitudeofcenter: "lat0",
  latitudeofnaturalorigin: "lat0",
  latitudeoffalseorigin: "lat0",
  latitudeofprojectioncentre: "lat0",
  centralmeridian: "lon0",
  longitudeoforigin: "lon0",
  longitudeofcenter: "lon0",
  longitudeofnaturalorigin: "lon0",
  longitudeoffalseorigin: "lon0",
  longitudeofprojectioncentre: "lon0",
  straightverticallongitudefrompole: "lon0",
  standardparallel1: "parallel1",
  standardparallel: "parallel1",
  latitudeofstandardparallel: "parallel1",
  latitudeof1ststandardparallel: "parallel1",
  standardparallel2: "parallel2",
  latitudeof2ndstandardparallel: "parallel2",
  scalefactor: "scale",
  scalefactoratnaturalorigin: "scale",
  scalefactoratprojectioncentre: "scale",
  azimuth: "azimuth",
  azimuthofinitialline: "azimuth",
  azimuthatprojectioncentre: "azimuth",
  rectifiedgridangle: "gridAngle",
  xyplanerotation: "gridAngle",
  anglefromrectifiedtoskewgrid: "gridAngle",
  falseeasting: "falseEasting",
  eastingatfalseorigin: "falseEasting",
  eastingatprojectioncentre: "falseEasting",
  falsenorthing: "falseNorthing",
  northingatfalseorigin: "falseNorthing",
  northingatprojectioncentre: "falseNorthing",
};

const LENGTHS = new Set<keyof ProjectionParameters>(["falseEasting", "falseNorthing"]);

function parametersOf(conversion: WktNode, metresPerUnit: number, base: GeographicSystem): ProjectionParameters {
  const found: { -readonly [Key in keyof ProjectionParameters]: number } = {};
  for (const parameter of children(conversion, "PARAMETER")) {
    const name = PARAMETERS[(textOf(parameter) ?? "").toLowerCase().replace(/[^a-z0-9]/g, "")];
    const [value] = numbersOf(parameter);
    if (name === undefined || value === undefined) continue;
    const stated = unitOf(parameter);
    if (name === "scale") found[name] = value;
    else if (LENGTHS.has(name)) found[name] = value * (stated ?? metresPerUnit);
    else found[name] = value * (stated === null ? base.degreesPerUnit : (stated * 180) / Math.PI);
  }
  return found;
}

/** The Czech and Slovak grid has one set of parameters; texts differ in which way its axes point. */
function krovak(node: WktNode, method: string): { words: string; axis?: string } | null {
  if (!/^krovak/i.test(method)) return null;
  const directions = children(node, "AXIS").map((axis) => String(axis.values[1] ?? "").toUpperCase());
  const rotation = children(node, "PARAMETER").find((parameter) =>
    /^xy_plane_rotation$/i.test(textOf(parameter) ?? ""),
  );
  const isEastNorth =
    rotation === undefined ? directions[0] === "EAST" || /north/i.test(method) : numbersOf(rotation)[0] === 90;
  const words = "proj=krovak lat_0=49.5 lon_0=24.8333333333333 k=0.9999 x_0=0 y_0=0";
  if (/modified/i.test(method)) return null;
  return isEastNorth ? { words } : { words, axis: "swu" };
}

function unitOf(node: WktNode | null): number | null {
  return numbersOf(child(node, ...UNITS))[0] ?? null;
}

/** WKT 2 may give the unit with each axis. */
function axisUnit(node: WktNode | null): number | null {
  return unitOf(children(node, "AXIS").find((axis) => unitOf(axis) !== null) ?? null);
}
