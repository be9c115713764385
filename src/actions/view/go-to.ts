/** Moves the map to a typed place and pins the pixel there. */
import { NadirError, type NadirErrorFacts } from "../../core/errors";
import { mapToPixel, pixelToMap } from "../../core/georef/geotransform";
import type { RasterFacts } from "../../core/raster/raster";
import { parsePlace, type TypedPlace } from "../../core/view/parse-place";
import { fromLngLat } from "../../io/reproject";
import { selectScene } from "../../store/selectors";
import type { Studio } from "../studio";
import { moveCamera } from "./arrange";
import { pinPixel } from "./probe-pixel";

type ColRow = readonly [col: number, row: number];

/** Close enough to see single pixels around the place. */
const LEAST_ZOOM = 1;

/** @returns Why the place cannot be shown; null when it is on its way. */
export async function goTo(studio: Studio, typed: string): Promise<NadirErrorFacts | null> {
  const { panes } = studio.store.getState();
  const record = selectScene(studio.store.getState());
  if (record === null) {
    return null;
  }
  try {
    const [col, row] = placeIn(record.scene.optical.facts, typed);
    const zoom = Math.max(LEAST_ZOOM, panes.cameras[panes.activePane]?.zoom ?? LEAST_ZOOM);
    moveCamera(studio, panes.activePane, { centrePx: [col, row], zoom });
    await pinPixel(studio, Math.floor(col), Math.floor(row));
    return null;
  } catch (error) {
    if (error instanceof NadirError) {
      return error.facts;
    }
    throw error;
  }
}

/**
 * Two bare figures are map coordinates when they lie on the raster, else latitude and longitude, else longitude and
 * latitude: whichever meets it.
 *
 * @throws {NadirError} When the text is no place, or none on the raster.
 */
export function placeIn(facts: RasterFacts, typed: string): ColRow {
  const place = parsePlace(typed);
  if (place === null) {
    throw refuse(`“${typed}” is no place.`, "Type two figures, a pixel or degrees with N, S, E or W.");
  }
  const found = meanings(facts, place).find(
    (colRow) =>
      colRow !== null && colRow[0] >= 0 && colRow[1] >= 0 && colRow[0] < facts.widthPx && colRow[1] < facts.heightPx,
  );
  if (found == null) {
    throw refuse(`“${typed}” does not lie on ${facts.fileName}.`, extentOf(facts));
  }
  return found;
}

function meanings(facts: RasterFacts, place: TypedPlace): readonly (ColRow | null)[] {
  const { geotransform, crs } = facts;
  const toMap = crs === null ? null : fromLngLat(crs);
  const onMap = (x: number, y: number) => (geotransform === null ? null : mapToPixel(geotransform, [x, y]));
  const onEarth = (longitude: number, latitude: number): ColRow | null => {
    const map = Math.abs(latitude) <= 90 ? toMap?.([longitude, latitude]) : null;
    return map == null ? null : onMap(map[0], map[1]);
  };
  switch (place.kind) {
    case "pixel":
      return [[place.col + 0.5, place.row + 0.5]];
    case "degrees":
      return [onEarth(place.longitude, place.latitude)];
    case "pair":
      return [onMap(place.first, place.second), onEarth(place.second, place.first), onEarth(place.first, place.second)];
  }
}

function extentOf({ geotransform, crs, widthPx, heightPx }: RasterFacts): string {
  if (geotransform === null) {
    return `It has no position on a map: columns go to ${widthPx - 1}, rows to ${heightPx - 1}.`;
  }
  const digits = crs?.kind === "geographic" ? 5 : 0;
  const [low, high] = [[0, heightPx] as const, [widthPx, 0] as const].map((corner) =>
    pixelToMap(geotransform, corner)
      .map((value) => value.toFixed(digits))
      .join(" "),
  );
  return `It goes from ${low} to ${high}${crs === null ? "" : ` in ${crs.name}`}.`;
}

function refuse(found: string, needed: string): NadirError {
  return new NadirError({
    code: "bad-settings",
    found,
    needed,
    next: "For example “E 870042 N 6543210”, “48.137, 11.575”, “48°08′13″N 11°34′30″E” or “px 120 340”.",
  });
}
