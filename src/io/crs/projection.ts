/**
 * Projections with their parameters, as keys and WKT give them, in proj4's words.
 *
 * Sources: OGC 19-008r4 (GeoTIFF 1.1) Annex C; OGC 18-010r7 (WKT 2) Annex F; IOGP Guidance Note 7-2.
 */
import type { Ellipsoid } from "../../core/georef/crs";

/** Angles in degrees, lengths in metres; what is absent is at the method's default. */
export interface ProjectionParameters {
  readonly lat0?: number;
  readonly lon0?: number;
  readonly parallel1?: number;
  readonly parallel2?: number;
  readonly scale?: number;
  readonly azimuth?: number;
  /** Angle from the rectified to the skew grid. */
  readonly gridAngle?: number;
  readonly falseEasting?: number;
  readonly falseNorthing?: number;
}

/** A method's words, and the axes where they are not east and north. */
interface Words {
  readonly words: string;
  readonly axis?: string;
}

type Method = (parameters: ProjectionParameters) => Words;

const plain =
  (name: string): Method =>
  (parameters) => ({ words: `proj=${name} ${origin(parameters)}` });

const oblique =
  (extra: string): Method =>
  (parameters) => {
    const { lon0 = 0, azimuth = 0, gridAngle = azimuth } = parameters;
    // Both angles at 90°: the Swiss grid, which has a simpler form.
    if (Math.abs(azimuth - 90) < 1e-9 && Math.abs(gridAngle - 90) < 1e-9 && extra === "") {
      return { words: `proj=somerc ${origin(parameters)}` };
    }
    const rest = origin(parameters).replace(/lon_0=\S+/, `lonc=${lon0} alpha=${azimuth} gamma=${gridAngle}`);
    return { words: `proj=omerc ${extra}${rest}` };
  };

/** A cone by one parallel with a scale, or by two. */
const cone =
  (name: string): Method =>
  (parameters) => {
    const { lat0 = 0, parallel1 = lat0, parallel2 = parallel1 } = parameters;
    return { words: `proj=${name} lat_1=${parallel1} lat_2=${parallel2} ${origin(parameters)}` };
  };

const mercator: Method = ({ parallel1, ...parameters }) => ({
  words: `proj=merc ${parallel1 === undefined ? "" : `lat_ts=${parallel1} `}${origin({ ...parameters, lat0: 0 })}`,
});

/** Variant A has the pole as origin and a scale there; B (and GeoTIFF and WKT 1) a parallel that is true to scale. */
const polar: Method = ({ lat0 = 90, parallel1 = lat0, ...parameters }) => {
  const pole = parallel1 < 0 ? -90 : 90;
  const trueTo = Math.abs(parallel1) === 90 ? "" : `lat_ts=${parallel1} `;
  return { words: `proj=stere ${trueTo}${origin({ ...parameters, lat0: pole })}` };
};

/** By what GeoTIFF, WKT 1, WKT 2 and Esri call them, letters and digits only. */
const METHODS: Readonly<Record<string, Method>> = {
  transversemercator: plain("tmerc"),
  gausskruger: plain("tmerc"),
  transversemercatorsouthorientated: (p) => ({ ...plain("tmerc")(p), axis: "wsu" }),
  transversemercatorsouthoriented: (p) => ({ ...plain("tmerc")(p), axis: "wsu" }),
  lambertconformalconic: cone("lcc"),
  lambertconformalconic1sp: cone("lcc"),
  lambertconformalconic2sp: cone("lcc"),
  lambertconicconformal1sp: cone("lcc"),
  lambertconicconformal2sp: cone("lcc"),
  albers: cone("aea"),
  albersequalarea: cone("aea"),
  albersconicequalarea: cone("aea"),
  mercator: mercator,
  mercator1sp: mercator,
  mercator2sp: mercator,
  mercatorvarianta: mercator,
  mercatorvariantb: mercator,
  popularvisualisationpseudomercator: (p) => ({ words: `proj=merc a=6378137 b=6378137 ${origin({ ...p, lat0: 0 })}` }),
  mercatorauxiliarysphere: (p) => ({ words: `proj=merc a=6378137 b=6378137 ${origin({ ...p, lat0: 0 })}` }),
  polarstereographic: polar,
  polarstereographicvarianta: polar,
  polarstereographicvariantb: polar,
  stereographicnorthpole: polar,
  stereographicsouthpole: ({ lat0 = -90, ...p }) => polar({ ...p, lat0 }),
  obliquestereographic: plain("sterea"),
  doublestereographic: plain("sterea"),
  stereographic: (p) => (Math.abs(p.lat0 ?? 0) === 90 ? polar(p) : plain("stere")(p)),
  lambertazimuthalequalarea: plain("laea"),
  cassinisoldner: plain("cass"),
  cassini: plain("cass"),
  polyconic: plain("poly"),
  americanpolyconic: plain("poly"),
  hotineobliquemercator: oblique("no_uoff "),
  hotineobliquemercatorvarianta: oblique("no_uoff "),
  hotineobliquemercatorazimuthnaturalorigin: oblique("no_uoff "),
  rectifiedskeworthomorphicnaturalorigin: oblique("no_uoff "),
  hotineobliquemercatorazimuthcenter: oblique(""),
  hotineobliquemercatorvariantb: oblique(""),
  rectifiedskeworthomorphiccenter: oblique(""),
  swissobliquecylindrical: plain("somerc"),
};

/** GeoTIFF's numbers of methods (Annex C, table of coordinate transformations). */
export const GEOTIFF_METHODS: Readonly<Record<number, string>> = {
  1: "Transverse Mercator",
  2: "Transverse Mercator, modified for Alaska",
  3: "Hotine Oblique Mercator",
  4: "Laborde Oblique Mercator",
  5: "Swiss Oblique Cylindrical",
  6: "Oblique Mercator, spherical",
  7: "Mercator",
  8: "Lambert Conic Conformal 2SP",
  9: "Lambert Conic Conformal 1SP",
  10: "Lambert Azimuthal Equal Area",
  11: "Albers Equal Area",
  12: "Azimuthal Equidistant",
  13: "Equidistant Conic",
  14: "Stereographic",
  15: "Polar Stereographic",
  16: "Oblique Stereographic",
  17: "Equirectangular",
  18: "Cassini-Soldner",
  19: "Gnomonic",
  20: "Miller Cylindrical",
  21: "Orthographic",
  22: "Polyconic",
  23: "Robinson",
  24: "Sinusoidal",
  25: "Van der Grinten",
  26: "New Zealand Map Grid",
  27: "Transverse Mercator South Orientated",
  28: "Cylindrical Equal Area",
  9815: "Hotine Oblique Mercator Azimuth Center",
};

/** The projection in proj4's words without an ellipsoid; null when the method is not one that is converted. */
export function projectionWords(method: string, parameters: ProjectionParameters): Words | null {
  return METHODS[method.toLowerCase().replace(/[^a-z0-9]/g, "")]?.(parameters) ?? null;
}

function origin({ lat0 = 0, lon0 = 0, scale = 1, falseEasting = 0, falseNorthing = 0 }: ProjectionParameters): string {
  return `lat_0=${lat0} lon_0=${lon0} k=${scale} x_0=${falseEasting} y_0=${falseNorthing}`;
}

/** All of a definition in one line of proj4, without any datum shift. */
export function proj4Line(
  words: string,
  on: {
    readonly ellipsoid: Ellipsoid;
    readonly meridianDegrees: number;
    readonly metresPerUnit?: number;
    readonly axis?: string;
  },
): string {
  const { ellipsoid, meridianDegrees, metresPerUnit = 1, axis = "" } = on;
  const { semiMajorMetres: a, inverseFlattening: rf } = ellipsoid;
  const ownShape = /(^| )(a|R)=/.test(words) ? "" : rf === 0 ? ` a=${a} b=${a}` : ` a=${a} rf=${rf}`;
  const given = new Map<string, string | undefined>();
  for (const word of `${words}${ownShape}`.split(" ")) {
    const [key = "", value] = word.split("=");
    given.set(key, value);
  }
  const zone = given.get("zone");
  if (zone !== undefined) {
    for (const [key, value] of utmParameters(Number(zone), given.has("south"))) given.set(key, value);
  }
  if (given.has("k_0")) given.set("k", given.get("k_0"));
  if (given.get("proj") === "lcc" && !given.has("lat_2")) given.set("lat_2", given.get("lat_1"));
  if (given.get("proj") !== "longlat") {
    // proj4js takes what is not said as nothing at all, not as 0.
    for (const key of ["lat_0", given.has("lonc") ? "lonc" : "lon_0", "x_0", "y_0"]) {
      given.set(key, given.get(key) ?? "0");
    }
  }
  for (const left of ["k_0", "zone", "south", "wktext"]) given.delete(left);
  given.set("pm", `${meridianDegrees}`).set("to_meter", `${metresPerUnit}`);
  if (axis !== "") given.set("axis", axis);
  // One form for one meaning, whatever wrote it: two files of one system must not look like two systems.
  const { proj = "", ...rest } = Object.fromEntries(given);
  const said = Object.entries(rest)
    .map(([key, value]) => [key, value === undefined || /[a-z]/.test(value) ? value : rounded(value)] as const)
    .filter(([key, value]) => value === undefined || value !== DEFAULTS[key])
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => (value === undefined ? `+${key}` : `+${key}=${value}`));
  return [`+proj=${proj}`, ...said, "+no_defs"].join(" ");
}

const DEFAULTS: Readonly<Record<string, string>> = { k: "1", to_meter: "1", pm: "0" };

function rounded(value: string): string {
  return `${Number(Number(value).toPrecision(12))}`;
}

/** Snyder, Map Projections (USGS 1395), p. 57 */
function utmParameters(zone: number, isSouth: boolean): [string, string][] {
  return [
    ["proj", "tmerc"],
    ["lon_0", `${zone * 6 - 183}`],
    ["k", "0.9996"],
    ["x_0", "500000"],
    ["y_0", isSouth ? "10000000" : "0"],
  ];
}
