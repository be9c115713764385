/** What a CRS means, worked out from whatever names it: the part of `Crs` that keys and WKT have in common. */
import type { Crs, Datum } from "../../core/georef/crs";
import type { GeographicSystem, PlacedDatum, ProjectedSystem } from "./epsg";
import { proj4Line } from "./projection";

export type CrsMeaning = Pick<Crs, "proj4" | "notConverted" | "datum" | "metresPerUnit" | "degreesPerUnit">;

export function geographicMeaning({ datum, meridianDegrees, degreesPerUnit }: GeographicSystem): CrsMeaning {
  return {
    proj4: proj4Line("proj=longlat", { ellipsoid: datum.ellipsoid, meridianDegrees }),
    metresPerUnit: null,
    ...(degreesPerUnit === 1 ? {} : { degreesPerUnit }),
    ...named(datum),
  };
}

export function projectedMeaning({ base, conversion, metresPerUnit, axis }: ProjectedSystem): CrsMeaning {
  if (conversion.startsWith("!")) return methodMissing(conversion.slice(1), metresPerUnit);
  const { datum, meridianDegrees } = base;
  return {
    proj4: proj4Line(conversion, { ellipsoid: datum.ellipsoid, meridianDegrees, metresPerUnit, axis }),
    metresPerUnit,
    ...named(datum),
  };
}

export function methodMissing(method: string, metresPerUnit: number | null): CrsMeaning {
  return { proj4: null, notConverted: `the projection ${method} is not converted`, metresPerUnit };
}

export function unknownMeaning(reason: string, metresPerUnit: number | null = null): CrsMeaning {
  return { proj4: null, notConverted: reason, metresPerUnit };
}

/**
 * A datum only known by its ellipsoid ("Not specified (based on …)") is none; on the ellipsoid that WGS 84 and its
 * kin share it can only be one of them, as GDAL and PROJ take it, to an accuracy that nobody states.
 */
function named(datum: Datum): { datum?: Datum } {
  if (datum.name !== "" && !/^not[ _]specified|^unknown/i.test(datum.name)) return { datum };
  const { semiMajorMetres, inverseFlattening } = datum.ellipsoid;
  const isModern = Math.abs(semiMajorMetres - 6_378_137) < 0.01 && Math.abs(inverseFlattening - 298.25722) < 1e-5;
  return isModern
    ? {
        datum: {
          name: "a datum that is not named",
          ellipsoid: datum.ellipsoid,
          ways: [{ area: [-180, -90, 180, 90], accuracyMetres: null, by: [0, 0, 0] }],
        },
      }
    : {};
}

/** A datum that only its ellipsoid is known of. */
export function unnamedDatum(
  placed: Omit<PlacedDatum, "datum"> & { readonly ellipsoid: Datum["ellipsoid"] },
): PlacedDatum {
  return { datum: { name: "", ellipsoid: placed.ellipsoid, ways: [] }, meridianDegrees: placed.meridianDegrees };
}

/** The same datum with the seven parameters that the file itself gives; they come without an accuracy. */
export function withOwnParameters(datum: Datum, parameters: readonly number[]): Datum {
  return {
    ...datum,
    name: `${datum.name === "" ? "datum" : datum.name} by the file's own parameters ${parameters.join(", ")}`,
    ways: [{ area: [-180, -90, 180, 90], accuracyMetres: null, by: parameters }],
  };
}
