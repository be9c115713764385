/**
 * Polygons with attributes from KML, in longitude and latitude; what is no polygon is left out, and so are heights.
 *
 * Source: OGC 12-007r2 (KML 2.3): Placemark, MultiGeometry, Polygon, ExtendedData.
 */
import { WGS84_EPSG } from "../../core/vector/geojson-crs";
import {
  badRing,
  badVector,
  leftOutNotes,
  MOST_FEATURES,
  MOST_TEXT_BYTES,
  openRing,
  type VectorLayer,
  type VectorPolygon,
} from "../../core/vector/vector-layer";
import { knownCrs } from "./known-crs";
import { attributeOf, type XmlEvent, xmlEvents } from "./xml-events";

/** @throws {NadirError} `bad-vector` when it is no well-formed KML or has no polygons. */
export async function readKml(file: Blob, fileName: string): Promise<VectorLayer> {
  if (file.size > MOST_TEXT_BYTES) throw badVector(fileName, `It has ${file.size} bytes of text.`);
  const placemarks = new Placemarks(fileName);
  try {
    for (const event of xmlEvents(await file.text())) placemarks.take(event);
  } catch (cause) {
    if (cause instanceof RangeError) throw badVector(fileName, `Its XML cannot be read (${cause.message}).`);
    throw cause;
  }
  const { polygons, leftOut } = placemarks;
  if (polygons.length === 0) throw badVector(fileName, "It has no polygons.");
  return {
    name: fileName,
    polygons,
    crs: await knownCrs(WGS84_EPSG, fileName),
    notes: leftOutNotes(leftOut, fileName),
  };
}

/** Placemarks as they go by. */
class Placemarks {
  readonly polygons: VectorPolygon[] = [];
  leftOut = 0;
  #properties: Record<string, unknown> | null = null;
  #parts: (readonly number[])[][] = [];
  readonly #path: string[] = [];
  #field = "";
  #text = "";
  readonly #fileName: string;

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  take(event: XmlEvent): void {
    if (event.kind === "text") {
      this.#text += event.text;
      return;
    }
    if (event.kind === "open") this.#open(event.name, event.attributes);
    else this.#close(event.name);
    this.#text = "";
  }

  #open(name: string, attributes: string): void {
    this.#path.push(name);
    if (name === "Placemark") {
      this.#properties = {};
      this.#parts = [];
    }
    if (name === "Data" || name === "SimpleData") this.#field = attributeOf(attributes, "name") ?? "";
    if (name === "Polygon") this.#parts.push([]);
  }

  #close(name: string): void {
    this.#path.pop();
    if (this.#properties === null) return;
    const parent = this.#path.at(-1);
    const text = this.#text.trim();
    if (parent === "Placemark" && (name === "name" || name === "description")) this.#properties[name] = text;
    if (name === "SimpleData" || (name === "value" && parent === "Data"))
      this.#properties[this.#field] = typedValue(text);
    if (name === "coordinates" && parent === "LinearRing" && this.#path.includes("Polygon")) this.#addRing(text);
    if (name === "Placemark") this.#finish(this.#properties);
  }

  #addRing(text: string): void {
    const rings = this.#parts.at(-1);
    if (rings === undefined) return;
    const points = text.split(/\s+/).flatMap((point) => {
      const [x = "", y = ""] = point.split(",");
      return x === "" || y === "" ? [Number.NaN] : [Number(x), Number(y)];
    });
    const ring = openRing(points);
    if (ring === null) throw badRing(this.#fileName, this.polygons.length + this.leftOut);
    if (this.#path.includes("outerBoundaryIs")) rings.unshift(ring);
    else rings.push(ring);
  }

  #finish(properties: Record<string, unknown>): void {
    const parts = this.#parts.filter(({ length }) => length > 0);
    this.#properties = null;
    if (parts.length === 0) this.leftOut++;
    else if (this.polygons.push({ properties, parts }) > MOST_FEATURES) {
      throw badVector(this.#fileName, `It has more than ${MOST_FEATURES} polygons.`);
    }
  }
}

/** KML's data has no types but what a schema far away may say: what reads as a number is one, but not "007". */
function typedValue(text: string): string | number | null {
  if (text === "") return null;
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?(e[+-]?\d{1,2})?$/i.test(text) ? Number(text) : text;
}
