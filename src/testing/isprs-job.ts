/**
 * The two ISPRS benchmarks as they are delivered: true folders and file names, world files, full and eroded labels,
 * normalised heights as JPEG; made-up pixels, a different number of building pixels in every tile.
 */
import { plainTiff } from "./plain-tiff";

export interface DeliveredFile {
  /** With its folders. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface DeliveredTile {
  readonly photos: readonly string[];
  readonly dsm: string;
  readonly ndsm: string;
  readonly label: string;
  readonly eroded: string;
  /** In the full label. */
  readonly buildingPixels: number;
}

const SIDE_PX = 40;

const POTSDAM: readonly (readonly [row: number, cols: readonly number[]])[] = [
  [2, [10, 11, 12, 13, 14]],
  [3, [10, 11, 12, 13, 14]],
  [4, [10, 11, 12, 13, 14, 15]],
  [5, [10, 11, 12, 13, 14, 15]],
  [6, [7, 8, 9, 10, 11, 12, 13, 14, 15]],
  [7, [7, 8, 9, 10, 11, 12, 13]],
];

const VAIHINGEN = "1 2 3 4 5 6 7 8 10 11 12 13 14 15 16 17 20 21 22 23 24 26 27 28 29 30 31 32 33 34 35 37 38"
  .split(" ")
  .map(Number);

/** 40 × 40 grey pixels, by Pillow 11: `Image.save(…, "JPEG", quality=60)`. */
const NDSM_JPEG =
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//wAALCAAoACgBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABQf/xAAXEAADAQAAAAAAAAAAAAAAAAAAAgQx/9oACAEBAAA/AJ7KuDMq4MSrgzKuDMq4SGVcGZVwYlXBmVcGZVwkMq4MyrgxKuDMq4MSrhIpVwZlXBiVcGZVwYlXCRSrgxKuDMq4MyrgxKuH/9k=";

/** Everything, and what belongs together in it. */
export function isprsJob(): { readonly files: readonly DeliveredFile[]; readonly tiles: readonly DeliveredTile[] } {
  const files: DeliveredFile[] = [];
  const tiles: DeliveredTile[] = [];
  for (const [row, cols] of POTSDAM) {
    for (const col of cols) {
      const padded = `${String(row).padStart(2, "0")}_${String(col).padStart(2, "0")}`;
      const world = worldFile(0.05, 366_000 + col * SIDE_PX * 0.05, 5_808_000 - row * SIDE_PX * 0.05);
      const tile = {
        photos: ["2_Ortho_RGB", "3_Ortho_IRRG", "4_Ortho_RGBIR"].map(
          (folder) => `Potsdam/${folder}/top_potsdam_${row}_${col}_${folder.split("_").at(-1)}.tif`,
        ),
        dsm: `Potsdam/1_DSM/dsm_potsdam_${padded}.tif`,
        ndsm: `Potsdam/1_DSM_normalisation/dsm_potsdam_${padded}_normalized_lastools.jpg`,
        label: `Potsdam/5_Labels_all/top_potsdam_${row}_${col}_label.tif`,
        eroded: `Potsdam/5_Labels_all_noBoundary/top_potsdam_${row}_${col}_label_noBoundary.tif`,
        buildingPixels: 100 + tiles.length,
      };
      tiles.push(tile);
      files.push(...tileFiles(tile, world, tiles.length));
    }
  }
  for (const area of VAIHINGEN) {
    const world = worldFile(0.09, 496_000 + area * SIDE_PX * 0.09, 5_420_000);
    const tile = {
      photos: [`Vaihingen/top/top_mosaic_09cm_area${area}.tif`],
      dsm: `Vaihingen/dsm/dsm_09cm_matching_area${area}.tif`,
      ndsm: `Vaihingen/ndsm/dsm_09cm_matching_area${area}_normalized.jpg`,
      label: `Vaihingen/gts_for_participants/top_mosaic_09cm_area${area}.tif`,
      eroded: `Vaihingen/gts_eroded_for_participants/top_mosaic_09cm_area${area}_noBoundary.tif`,
      buildingPixels: 100 + tiles.length,
    };
    tiles.push(tile);
    files.push(...tileFiles(tile, world, tiles.length));
  }
  return { files, tiles };
}

function tileFiles(tile: DeliveredTile, world: Uint8Array<ArrayBuffer>, seed: number): DeliveredFile[] {
  const label = labelPixels(tile.buildingPixels);
  const eroded = label.map((value, at) => (Math.floor(at / 3) % SIDE_PX < 2 ? 0 : value));
  const heights = Float32Array.from({ length: SIDE_PX ** 2 }, (_, at) => 30 + ((at * seed) % 97) / 10);
  const beside = (path: string) => ({ path: path.replace(/tif$/, "tfw"), bytes: world });
  return [
    ...tile.photos.flatMap((path) => [tiff(path, noise(path.includes("RGBIR") ? 4 : 3, seed)), beside(path)]),
    tiff(tile.dsm, heights),
    beside(tile.dsm),
    { path: tile.ndsm, bytes: Uint8Array.from(atob(NDSM_JPEG), (letter) => letter.charCodeAt(0)) },
    tiff(tile.label, label),
    tiff(tile.eroded, eroded),
  ];
}

function tiff(path: string, samples: Uint8Array | Float32Array): DeliveredFile {
  return { path, bytes: plainTiff({ widthPx: SIDE_PX, heightPx: SIDE_PX, samples }) };
}

/** A linear congruential generator (Numerical Recipes, ranqd1), its upper bytes. */
function noise(bands: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: bands * SIDE_PX ** 2 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** Impervious surfaces, then buildings in blue, in ISPRS's colours. */
function labelPixels(buildingPixels: number): Uint8Array {
  return Uint8Array.from({ length: 3 * SIDE_PX ** 2 }, (_, at) =>
    Math.floor(at / 3) >= SIDE_PX ** 2 - buildingPixels && at % 3 < 2 ? 0 : 255,
  );
}

function worldFile(pixelSizeMetres: number, west: number, north: number): Uint8Array<ArrayBuffer> {
  const centre = pixelSizeMetres / 2;
  const lines = [pixelSizeMetres, 0, 0, -pixelSizeMetres, west + centre, north - centre];
  return Uint8Array.from(new TextEncoder().encode(lines.join("\n")));
}
