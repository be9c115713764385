/** What GeoTIFF keys define, by codes or parameter by parameter. Source: OGC 19-008r4 §7 and Annex B, C. */
import { type DecodedKeys, GEO_KEY, LINEAR_UNIT_METRES, USER_DEFINED } from "../../core/georef/geo-keys";
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
import { GEOTIFF_METHODS, type ProjectionParameters, projectionWords } from "./projection";

/** Degrees per unit, by EPSG unit code. */
const ANGULAR_UNIT_DEGREES: Readonly<Record<number, number>> = {
  9101: 180 / Math.PI,
  9102: 1,
  9103: 1 / 60,
  9104: 1 / 3600,
  9105: 0.9,
  9106: 0.9,
  9122: 1,
};

export function meaningOfGeoKeys(keys: DecodedKeys, kind: "projected" | "geographic", epsg: Epsg): CrsMeaning {
  if (kind === "geographic") {
    const base = geographicOf(keys, epsg);
    return base === null ? unknownMeaning(unknownCode(keys, GEO_KEY.geodeticCrs)) : geographicMeaning(base);
  }
  const code = number(keys, GEO_KEY.projectedCrs);
  const unit = linearUnit(keys);
  if (code !== null && code !== USER_DEFINED) {
    const system = epsg.projected(code);
    if (system === null) return unknownMeaning(unknownCode(keys, GEO_KEY.projectedCrs), unit);
    // A unit of its own overrules that of the code, seven parameters of its own do not: GDAL reads it so.
    return projectedMeaning({ ...system, metresPerUnit: unit ?? system.metresPerUnit });
  }
  const base = geographicOf(keys, epsg);
  if (base === null) return unknownMeaning(unknownCode(keys, GEO_KEY.geodeticCrs), unit);
  const metresPerUnit = unit ?? 1;
  const conversion = number(keys, GEO_KEY.projection);
  const coded = conversion === null || conversion === USER_DEFINED ? null : epsg.conversion(conversion);
  if (coded !== null) return projectedMeaning({ base, conversion: coded, metresPerUnit, axis: "" });
  const method = number(keys, GEO_KEY.coordinateTransformation);
  if (method === null) return unknownMeaning("its keys name no projection", unit);
  const name = GEOTIFF_METHODS[method] ?? `number ${method}`;
  const made = projectionWords(name, parametersOf(keys, metresPerUnit, base));
  return made === null
    ? methodMissing(name, metresPerUnit)
    : projectedMeaning({ base, conversion: made.words, metresPerUnit, axis: made.axis ?? "" });
}

function geographicOf(keys: DecodedKeys, epsg: Epsg): GeographicSystem | null {
  const code = number(keys, GEO_KEY.geodeticCrs);
  const named = code === null || code === USER_DEFINED ? null : epsg.geographic(code);
  if (code !== null && code !== USER_DEFINED && named === null) return null;
  const datumCode = number(keys, GEO_KEY.geodeticDatum);
  const byCode = datumCode === null || datumCode === USER_DEFINED ? null : epsg.datum(datumCode);
  const citation = keys.get(GEO_KEY.geodeticCitation);
  const cited = typeof citation === "string" ? /Datum\s*=\s*([^|]+)/.exec(citation)?.[1] : undefined;
  const placed = named ?? byCode ?? (cited === undefined ? null : epsg.datumNamed(cited.trim()));
  const ellipsoid = ownEllipsoid(keys, epsg) ?? placed?.datum.ellipsoid;
  if (ellipsoid === undefined) return null;
  const meridianCode = number(keys, GEO_KEY.primeMeridian);
  const ownMeridian =
    number(keys, GEO_KEY.primeMeridianLongitude) ?? (meridianCode === null ? null : epsg.meridian(meridianCode));
  const known = placed ?? unnamedDatum({ ellipsoid, meridianDegrees: 0 });
  const datum = { ...known.datum, ellipsoid };
  const own = named === null ? ownParameters(keys) : null;
  return {
    datum: own === null ? datum : withOwnParameters(datum, own),
    meridianDegrees: named?.meridianDegrees ?? ownMeridian ?? known.meridianDegrees,
    degreesPerUnit: named === null ? angularUnit(keys) : named.degreesPerUnit,
  };
}

function ownEllipsoid(keys: DecodedKeys, epsg: Epsg): GeographicSystem["datum"]["ellipsoid"] | null {
  const a = number(keys, GEO_KEY.semiMajorAxis);
  const b = number(keys, GEO_KEY.semiMinorAxis);
  const rf = number(keys, GEO_KEY.inverseFlattening);
  if (a !== null && a > 0) {
    if (rf !== null) return { semiMajorMetres: a, inverseFlattening: rf };
    if (b !== null) return { semiMajorMetres: a, inverseFlattening: a === b ? 0 : a / (a - b) };
  }
  const code = number(keys, GEO_KEY.ellipsoid);
  return code === null ? null : epsg.ellipsoid(code);
}

function ownParameters(keys: DecodedKeys): readonly number[] | null {
  const value = keys.get(GEO_KEY.toWgs84);
  return Array.isArray(value) && (value.length === 3 || value.length === 7) ? value : null;
}

/** Angles in the keys' unit, lengths in the system's. */
function parametersOf(keys: DecodedKeys, metresPerUnit: number, base: GeographicSystem): ProjectionParameters {
  const degrees = base.degreesPerUnit;
  const angle = (...ids: readonly number[]) => scaled(keys, ids, degrees);
  const length = (...ids: readonly number[]) => scaled(keys, ids, metresPerUnit);
  const values: { [Key in keyof ProjectionParameters]: number | null } = {
    lat0: angle(3081, 3085, 3089),
    lon0: angle(3080, 3084, 3088, 3095),
    parallel1: angle(3078),
    parallel2: angle(3079),
    scale: scaled(keys, [3092, 3093], 1),
    azimuth: angle(3094),
    gridAngle: angle(3096),
    falseEasting: length(3082, 3086, 3090),
    falseNorthing: length(3083, 3087, 3091),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function scaled(keys: DecodedKeys, ids: readonly number[], factor: number): number | null {
  const value = ids.map((id) => number(keys, id)).find((found) => found !== null) ?? null;
  return value === null ? null : value * factor;
}

function angularUnit(keys: DecodedKeys): number {
  const code = number(keys, GEO_KEY.angularUnits);
  const size = number(keys, GEO_KEY.angularUnitSize);
  if (code === USER_DEFINED && size !== null && size > 0) return (size * 180) / Math.PI;
  return code === null ? 1 : (ANGULAR_UNIT_DEGREES[code] ?? 1);
}

function linearUnit(keys: DecodedKeys): number | null {
  const code = number(keys, GEO_KEY.linearUnits);
  const size = number(keys, GEO_KEY.linearUnitSize);
  if (code === USER_DEFINED && size !== null && size > 0) return size;
  return code === null ? null : (LINEAR_UNIT_METRES[code] ?? null);
}

function unknownCode(keys: DecodedKeys, id: number): string {
  const code = number(keys, id);
  return code === null || code === USER_DEFINED ? "its keys do not define it" : `EPSG:${code} is not in the table`;
}

function number(keys: DecodedKeys, id: number): number | null {
  const value = keys.get(id);
  return typeof value === "number" ? value : null;
}
