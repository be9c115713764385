/** Overviews and masks of a TIFF: later directories, or `.ovr` and `.msk` files beside it. */

import { blobSource } from "../byte-source";
import type { SideInformation } from "../side-files";
import { readTiffFile, type TiffDirectory, type TiffFile } from "./directory";
import { type ImageLayout, TAG } from "./image-layout";
import { type BlockCache, openTiffImage, type TiffImage } from "./tiff-image";

export interface Level {
  readonly image: TiffImage;
  /** 0 where pixels are missing. */
  mask: TiffImage | null;
}

/** Full resolution first, then overviews from fine to coarse. */
export async function openLevels(
  file: TiffFile,
  first: TiffImage,
  side: SideInformation,
  cache: BlockCache,
  fillValue: number,
  notes: string[],
): Promise<Level[]> {
  const levels: Level[] = [{ image: first, mask: null }];
  const masks: TiffImage[] = [];
  let pages = 0;
  const collect = async (
    from: TiffFile,
    directories: readonly TiffDirectory[],
    key: string,
    kind: "tags" | "ovr" | "msk",
  ) => {
    for (const [index, directory] of directories.entries()) {
      const subfile = kind === "tags" ? await directory.number(TAG.newSubfileType, 0) : kind === "ovr" ? 1 : 4;
      if ((subfile & 5) === 0) {
        pages++;
        continue;
      }
      const image = await openTiffImage(from, directory, cache, `${key}${index}`, subfile & 4 ? 0 : fillValue).catch(
        () => null,
      );
      if (image === null) {
        notes.push(
          subfile & 4
            ? "An internal mask could not be read and is ignored."
            : "An overview could not be read and is ignored.",
        );
      } else if (subfile & 4) masks.push(image);
      else if (isOverviewOf(image.layout, first.layout)) levels.push({ image, mask: null });
    }
  };
  await collect(file, file.directories.slice(1), "d", "tags");
  if (side.overviews !== null && levels.length === 1) {
    const overviews = await readTiffFile(blobSource(side.overviews, side.overviews.name));
    await collect(overviews, overviews.directories, "o", "ovr");
  }
  if (side.mask !== null && masks.length === 0) {
    const mask = await readTiffFile(blobSource(side.mask, side.mask.name));
    await collect(mask, mask.directories, "m", "msk");
  }
  if (pages > 0) notes.push(`The file holds ${pages + 1} images; the first one is used.`);
  levels.sort((a, b) => b.image.layout.widthPx - a.image.layout.widthPx);
  const hasFullMask = masks.some((mask) => sameSize(mask.layout, first.layout));
  for (const level of levels) level.mask = masks.find((mask) => sameSize(mask.layout, level.image.layout)) ?? null;
  // An overview without its own mask would show masked pixels as valid.
  return hasFullMask ? levels.filter((level) => level.mask !== null) : levels;
}

function isOverviewOf(overview: ImageLayout, full: ImageLayout): boolean {
  return (
    overview.bandCount === full.bandCount &&
    overview.dtype === full.dtype &&
    overview.widthPx < full.widthPx &&
    overview.heightPx <= full.heightPx
  );
}

function sameSize(a: ImageLayout, b: ImageLayout): boolean {
  return a.widthPx === b.widthPx && a.heightPx === b.heightPx;
}
