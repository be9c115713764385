/** Where a TIFF lies: its own tags first, files beside it where it says nothing. Source: OGC 19-008r4 §7. */
import type { GeoKeys } from "../../core/georef/crs";
import { fitAffine } from "../../core/georef/fit-affine";
import { isPixelIsPoint } from "../../core/georef/geo-keys";
import type { Geotransform } from "../../core/georef/geotransform";
import { verticalUnitOfKeys } from "../crs/vertical-unit";
import { crsOfGeoKeys } from "../crs-definition";
import { type PlacedGrid, placeGrid } from "../reproject";
import type { SideInformation } from "../side-files";
import type { TiffDirectory } from "./directory";
import { TAG } from "./image-layout";

export interface Georeference extends PlacedGrid {
  readonly heightUnit: string | null;
}

/**
 * Position and coordinate system; side files serve where the file itself says nothing. @param notes Grows by what had
 * to be decided.
 */
export async function readGeoreference(
  directory: TiffDirectory,
  side: SideInformation,
  size: { readonly widthPx: number; readonly heightPx: number },
  notes: string[],
): Promise<Georeference> {
  const geoKeys = await readGeoKeys(directory);
  const internal = await readGeotransform(directory, geoKeys, notes);
  const external = internal === null ? side.geotransform : null;
  if (external !== null) notes.push(`Position read from ${external.from}.`);
  const ownCrs = geoKeys === null ? null : await crsOfGeoKeys(geoKeys);
  if (ownCrs === null && side.crs !== null) notes.push(`Coordinate system read from ${side.crs.from}.`);
  const geotransform = internal ?? external?.value ?? null;
  return {
    ...placeGrid({ geotransform, crs: ownCrs ?? side.crs?.value ?? null }, size, notes),
    heightUnit: verticalUnitOfKeys(geoKeys) ?? side.heightUnit,
  };
}

/** Control points are used as a grid when they lie on one within a pixel. */
function gridOfControlPoints(tie: readonly number[], notes: string[]): Geotransform | null {
  const points = Array.from({ length: Math.floor(tie.length / 6) }, (_, at) => {
    const [col, row, , x, y] = tie.slice(at * 6, at * 6 + 5) as [number, number, number, number, number];
    return { col, row, x, y };
  });
  const fitted = fitAffine(points);
  const advice = "gdalwarp -tps first, so that the image has a grid";
  if (fitted === null) {
    notes.push(`${points.length} ground control points do not make a grid, so it counts as unplaced: ${advice}.`);
    return null;
  }
  const off = `at most ${Number(fitted.worstPx.toPrecision(2))} pixels away`;
  const residual =
    points.length === 3
      ? "too few to tell how well"
      : fitted.worstPx < 0.005
        ? "which lie on it"
        : `which lie ${off} from it`;
  if (fitted.worstPx >= 1) {
    notes.push(
      `${points.length} ground control points lie ${off} from the grid that fits them best, so it counts as unplaced: ${advice}.`,
    );
    return null;
  }
  notes.push(`Placed by the grid through its ${points.length} ground control points, ${residual}.`);
  return fitted.geotransform;
}

async function readGeoKeys(directory: TiffDirectory): Promise<GeoKeys | null> {
  if (!directory.has(TAG.geoKeyDirectory)) return null;
  const raw = await directory.bytes(TAG.geoAsciiParams);
  return {
    directory: await directory.numbers(TAG.geoKeyDirectory),
    doubles: await directory.numbers(TAG.geoDoubleParams),
    ascii: raw === null ? "" : new TextDecoder("latin1").decode(raw),
  };
}

async function readGeotransform(
  directory: TiffDirectory,
  geoKeys: GeoKeys | null,
  notes: string[],
): Promise<Geotransform | null> {
  const scale = await directory.numbers(TAG.modelPixelScale);
  const tie = await directory.numbers(TAG.modelTiepoint);
  const matrix = await directory.numbers(TAG.modelTransformation);
  let transform: Geotransform | null = null;
  const [scaleX, scaleY] = scale;
  if (scaleX !== undefined && scaleY !== undefined && scaleX !== 0 && scaleY !== 0 && tie.length >= 6) {
    const [col, row, , x, y] = tie as [number, number, number, number, number];
    const stepY = -Math.abs(scaleY);
    transform = [x - col * scaleX, scaleX, 0, y - row * stepY, 0, stepY];
  } else if (matrix.length === 16) {
    transform = [matrix[3]!, matrix[0]!, matrix[1]!, matrix[7]!, matrix[4]!, matrix[5]!];
  } else if (tie.length > 6) {
    transform = gridOfControlPoints(tie, notes);
  } else if (directory.has(TAG.rpcCoefficients)) {
    notes.push("Only rational polynomials (RPC) place this image, so it counts as unplaced: gdalwarp -rpc first.");
  }
  if (
    transform === null ||
    !transform.every(Number.isFinite) ||
    transform[1] * transform[5] - transform[2] * transform[4] === 0
  ) {
    return null;
  }
  if (!isPixelIsPoint(geoKeys)) return transform;
  notes.push("PixelIsPoint: the origin was moved by half a pixel to the pixel's corner.");
  const [x, a, b, y, d, e] = transform;
  return [x - a / 2 - b / 2, a, b, y - d / 2 - e / 2, d, e];
}
