/**
 * What lies beside an image: world file, `.prj`, `.aux.xml`, external overviews (`.ovr`) and mask (`.msk`).
 *
 * Names are matched without regard to case: `image.tif` has `image.tfw`, `image.tfwx`, `image.tifw`, `image.wld`, `image.prj`,
 * `image.tif.aux.xml`, `image.tif.ovr`, `image.tif.msk`.
 */
import type { Crs } from "../core/georef/crs";
import type { Geotransform } from "../core/georef/geotransform";
import { isShiftGrid } from "../core/georef/shift-file";
import { parseWorldFile } from "../core/georef/world-file";
import { verticalUnitOfWkt } from "./crs/vertical-unit";
import { crsOfWkt } from "./crs-definition";
import { parseAuxXml, type RasterMetadata } from "./gdal-metadata";

export interface SideInformation {
  readonly geotransform: { readonly value: Geotransform; readonly from: string } | null;
  readonly crs: { readonly value: Crs; readonly from: string } | null;
  /** Of heights, as the coordinate system names it. */
  readonly heightUnit: string | null;
  readonly metadata: RasterMetadata | null;
  readonly overviews: File | null;
  readonly mask: File | null;
  readonly notes: readonly string[];
}

/** A side file larger than this is something else. */
const MAX_TEXT_BYTES = 1 << 22;

/** True when `name` is a file that only makes sense beside an image; shift grids do for every image of their datum. */
export function isSideFile(name: string): boolean {
  return (
    isShiftGrid(name) || /(\.(tfwx?|tifw|tiffw|pgwx?|pngw|jgwx?|jpgw|jpegw|wld|prj|ovr|msk)|\.aux\.xml)$/i.test(name)
  );
}

/** Every name a file beside this image can have, in lower case. */
export function sideFileNames(imageName: string): string[] {
  return Object.values(namesByKind(imageName)).flat();
}

/** What an image that a side file explains would be called, its ending left open: "ortho.…". */
export function imageNameOf(sideName: string): string {
  const stem = sideName.replace(/\.aux\.xml$|\.[^.]+$/i, "");
  return /\.(tiff?|png|jpe?g)$/i.test(stem) ? stem : `${stem}.…`;
}

/**
 * What the files beside an image say of it: nodata, position, coordinate system; others' side files are passed over.
 */
export async function readSideFiles(imageName: string, sideFiles: readonly File[]): Promise<SideInformation> {
  const byKind = new Map<string, File>();
  for (const file of sideFiles) {
    const kind = sideFileKind(file.name, imageName);
    if (kind !== null && !byKind.has(kind)) byKind.set(kind, file);
  }
  const notes: string[] = [];
  const text = async (kind: string) => {
    const file = byKind.get(kind);
    return file === undefined || file.size > MAX_TEXT_BYTES ? null : { name: file.name, text: await file.text() };
  };
  const [world, prj, aux] = [await text("world"), await text("prj"), await text("aux")];
  const metadata = aux === null ? null : parseAuxXml(aux.text);
  const worldTransform = world === null ? null : parseWorldFile(world.text);
  if (world !== null && worldTransform === null) notes.push(`${world.name} is not a valid world file and was ignored.`);
  const described =
    metadata?.wkt != null && metadata.wkt !== ""
      ? { name: aux!.name, text: metadata.wkt }
      : prj !== null && prj.text.trim() !== ""
        ? prj
        : null;
  const auxTransform = metadata?.geotransform ?? null;
  return {
    geotransform:
      auxTransform !== null
        ? { value: auxTransform as unknown as Geotransform, from: aux!.name }
        : worldTransform !== null
          ? { value: worldTransform, from: world!.name }
          : null,
    crs: described === null ? null : { value: await crsOfWkt(described.text), from: described.name },
    heightUnit: described === null ? null : verticalUnitOfWkt(described.text),
    metadata,
    overviews: byKind.get("ovr") ?? null,
    mask: byKind.get("msk") ?? null,
    notes,
  };
}

type SideFileKind = "world" | "prj" | "aux" | "ovr" | "msk";

function sideFileKind(sideName: string, imageName: string): SideFileKind | null {
  const side = sideName.toLowerCase();
  const found = Object.entries(namesByKind(imageName)).find(([, names]) => names.includes(side));
  return (found?.[0] as SideFileKind | undefined) ?? null;
}

function namesByKind(imageName: string): Record<SideFileKind, string[]> {
  const image = imageName.toLowerCase();
  const dot = image.lastIndexOf(".");
  const stem = dot < 0 ? image : image.slice(0, dot);
  const extension = dot < 0 ? "" : image.slice(dot + 1);
  const short = extension.length >= 2 ? `${extension[0]}${extension.at(-1)}w` : null;
  return {
    aux: [`${image}.aux.xml`, `${stem}.aux.xml`],
    ovr: [`${image}.ovr`],
    msk: [`${image}.msk`],
    prj: [`${stem}.prj`],
    // ArcGIS writes `.tfwx` where the image has a georeference of its own as well.
    world: [`${stem}.wld`, `${image}w`, ...(short === null ? [] : [`${stem}.${short}`, `${stem}.${short}x`])],
  };
}
