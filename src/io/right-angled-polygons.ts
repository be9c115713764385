/**
 * The patches of classes with roofs as right-angled outlines where these are close to their pixels; the others keep the
 * outline they have. A layer that stands by itself: neighbours need not share a border any more.
 */
import { NadirError } from "../core/errors";
import { POLYGON_DEFAULTS, roofClassIds } from "../core/polygons/polygon-options";
import { isCloseEnough, rightAngled } from "../core/polygons/right-angles";
import {
  describePolygon,
  type MapPolygon,
  type MapPolygonsRequest,
  mapPolygonColumns,
  tracePatches,
} from "./map-polygons";
import { readCorners, simplifyRings } from "./simple-rings";

const OUTLINE_COLUMNS = [
  { name: "outline", type: "TEXT" },
  { name: "iou", type: "REAL" },
] as const;

export function rightAngledColumns(request: MapPolygonsRequest) {
  return [...mapPolygonColumns(request), ...OUTLINE_COLUMNS];
}

/**
 * @param onPolygon Its last two values: which outline it has, and the IoU of the right-angled one with the patch's pixels,
 *   null where none came of it.
 * @throws {NadirError} `wrong-classes` when no class of the map has roofs.
 */
export async function traceRightAngled(
  request: MapPolygonsRequest,
  onPolygon: (polygon: MapPolygon) => void,
): Promise<void> {
  const { options = POLYGON_DEFAULTS, classes } = request;
  const roofs = roofClassIds(options, classes);
  if (roofs.size === 0) throw noRoofs(classes);
  const corners = options.simplifyPx > 0 ? await readCorners(request) : null;
  const valuesOf = describePolygon(request);
  await tracePatches(request, (patch) => {
    if (!roofs.has(patch.classId)) return;
    const squared = rightAngled(patch.rings);
    const isSquare = squared !== null && isCloseEnough(squared, options.leastIou);
    const kept = corners === null ? patch.rings : simplifyRings(patch, options.simplifyPx, corners);
    const rings = isSquare ? squared.rings : kept;
    const iou = squared && Number(squared.iou.toFixed(4));
    onPolygon({ rings, values: [...valuesOf(patch, rings), isSquare ? "right-angled" : "as traced", iou] });
  });
}

function noRoofs(classes: MapPolygonsRequest["classes"]): NadirError {
  return new NadirError({
    code: "unknown-labels",
    subject: "right-angled outlines",
    found: `No class is called building; there are ${classes.map(({ name }) => name).join(", ")}.`,
    needed: "Only chosen classes get right-angled outlines.",
    next: "Choose the classes that have them.",
  });
}
