/**
 * Strokes: what a user says of some places of a photo, as GeoJSON (RFC 7946) in the photo's own map coordinates. A
 * LineString has a width in metres, a Polygon its area; the property `class` says what is there, `colour` how a class
 * that is new is shown, and `scene` on which photo it lies where there are several.
 */
import * as v from "valibot";
import { NadirError } from "../core/errors";
import { type Fault, listFaults, readFields, spellFault } from "../core/json/faults";
import {
  absentOr,
  exactly,
  type Field,
  integer,
  list,
  number,
  object,
  positive,
  tagged,
  text,
  tuple,
} from "../core/json/fields";
import type { Colour } from "../core/labels/class-scheme";
import type { RasterFacts } from "../core/raster/raster";
import { crsMember, epsgOfCrsName } from "../core/vector/geojson-crs";
import type { MapPoint, Stroke } from "../core/vector/stroke";
import { MOST_STROKE_POINTS, MOST_STROKE_RINGS, MOST_STROKES } from "../core/vector/stroke-fields";

export interface StrokesFile {
  readonly strokes: readonly Stroke[];
  /** EPSG code of the file's `crs` member; null where it has none, and the photo's own is meant. */
  readonly epsg: number | null;
}

/** Further coordinates (heights) are left out. */
const point = v.pipe(
  list(number, 4),
  v.minLength(2, "two coordinates"),
  v.transform(([x, y]) => [x!, y!] as const),
) as Field<MapPoint>;
const ring = v.pipe(list(point, MOST_STROKE_POINTS), v.minLength(4, "a ring of at least four points"));

const feature = object({
  type: exactly("Feature"),
  properties: object({
    class: text,
    colour: absentOr(tuple<Colour>(3, integer(0, 255), "three whole numbers from 0 to 255")),
    scene: absentOr(text),
    width: absentOr(positive),
  }),
  geometry: tagged("type", {
    LineString: { coordinates: v.pipe(list(point, MOST_STROKE_POINTS), v.minLength(1, "at least one point")) },
    Polygon: { coordinates: v.pipe(list(ring, MOST_STROKE_RINGS), v.minLength(1, "at least one ring")) },
  }),
});

const collection = object({
  type: exactly("FeatureCollection"),
  crs: absentOr(object({ properties: object({ name: text }) })),
  features: list(feature, MOST_STROKES),
});

/**
 * @param json Parsed JSON of unknown origin.
 * @param subject File name for the message.
 * @throws {NadirError} `bad-strokes`, with every fault by its place.
 */
export function parseStrokes(json: unknown, subject: string): StrokesFile {
  const read = readFields(collection, json);
  if ("faults" in read) throw badStrokes(subject, read.faults.map(spellFault));
  const { features, crs } = read.value;
  const lost = features.flatMap(({ geometry, properties }, at): Fault[] =>
    geometry.type === "LineString" && properties.width === undefined
      ? [{ place: `features[${at}].properties.width`, needed: "a number greater than 0", verb: "is", found: "missing" }]
      : [],
  );
  if (lost.length > 0) throw badStrokes(subject, lost.map(spellFault));
  if (features.length === 0) throw badStrokes(subject, ["features must be a list of strokes, is empty"]);
  const epsg = crs === undefined ? null : epsgOfCrsName(crs.properties.name);
  if (crs !== undefined && epsg === null) {
    throw badStrokes(subject, [`crs.properties.name must be an EPSG code, is ${JSON.stringify(crs.properties.name)}`]);
  }
  return {
    epsg,
    strokes: features.map(({ geometry, properties: { class: className, colour, scene, width } }) => ({
      className,
      ...(colour !== undefined && { colour }),
      ...(scene !== undefined && { scene }),
      shape:
        geometry.type === "LineString"
          ? { kind: "line", points: geometry.coordinates, widthMetres: width! }
          : { kind: "area", rings: geometry.coordinates },
    })),
  };
}

/** The same strokes as a file. */
export function formatStrokes({ strokes, epsg }: StrokesFile): string {
  const features = strokes.map(({ className, colour, scene, shape }) => ({
    type: "Feature",
    properties: {
      class: className,
      ...(colour !== undefined && { colour }),
      ...(scene !== undefined && { scene }),
      ...(shape.kind === "line" && { width: shape.widthMetres }),
    },
    geometry:
      shape.kind === "line"
        ? // One point alone would be no LineString (RFC 7946, 3.1.4).
          {
            type: "LineString",
            coordinates: shape.points.length === 1 ? [shape.points[0], shape.points[0]] : shape.points,
          }
        : { type: "Polygon", coordinates: shape.rings },
  }));
  return `{"type":"FeatureCollection",${crsMember(epsg)}"features":${JSON.stringify(features)}}\n`;
}

/** Strokes of several photos as one file: each with the name of its photo, the EPSG code said where all have the same. */
export function strokesFileOf(
  photos: readonly {
    readonly facts: Pick<RasterFacts, "fileName" | "crs">;
    /** In the photo's map coordinates. */
    readonly strokes: readonly Stroke[];
  }[],
): StrokesFile {
  const codes = new Set(photos.map(({ facts }) => facts.crs?.epsg ?? null));
  const [epsg = null] = codes.size === 1 ? codes : [];
  return {
    epsg,
    strokes: photos.flatMap(({ facts, strokes }) => strokes.map((stroke) => ({ ...stroke, scene: facts.fileName }))),
  };
}

/**
 * Those of a file that lie on a photo: all without a photo's name, and those with its own.
 *
 * @throws {NadirError} `bad-strokes` when the file says that its coordinates are not the photo's.
 */
export function strokesOn(
  { strokes, epsg }: StrokesFile,
  photo: Pick<RasterFacts, "fileName" | "crs">,
  subject: string,
): readonly Stroke[] {
  if (epsg === null || photo.crs?.epsg == null || epsg === photo.crs.epsg) {
    return strokes.filter(({ scene = photo.fileName }) => scene === photo.fileName);
  }
  throw new NadirError({
    code: "bad-strokes",
    subject,
    found: `The strokes are in EPSG:${epsg}, ${photo.fileName} is in ${photo.crs.name}.`,
    needed: "Strokes in the orthophoto's own map coordinates are needed.",
    next: "Reproject them in a GIS.",
  });
}

function badStrokes(subject: string, faults: readonly string[]): NadirError {
  return new NadirError({
    code: "bad-strokes",
    subject,
    found: `These strokes have ${listFaults(faults)}.`,
    needed:
      "A GeoJSON FeatureCollection of LineStrings (with a width in metres) and Polygons, each with its class, is needed.",
    next: "Mend the places named here.",
  });
}
