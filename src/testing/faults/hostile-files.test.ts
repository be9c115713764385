/** Files that stop whoever believes them: each is refused with a sentence or read in bounded work, and others go on. */
import { describe, expect, test } from "vitest";
import { openFiles } from "../../actions/scenes/open-files";
import { parseManifest } from "../../core/manifest/parse-manifest";
import { TILE_PX } from "../../core/raster/tile-grid";
import { chooseStretch } from "../../io/display-stretch";
import { openRaster } from "../../io/open-raster";
import { readPreview } from "../../io/read-preview";
import { OpticalTiles } from "../../workers/optical-tiles";
import { sceneReady } from "../journey";
import { plainTiff } from "../plain-tiff";
import { JOURNEY } from "../studio-in-node";
import { studiosOfTests } from "../studios";
import { tinyManifest } from "../tiny-models";

const SIDE_PX = 40;

function rasterFile(name: string, bands: number, pixelSizeMetres: number): File {
  const samples = bands === 1 ? new Float32Array(SIDE_PX ** 2) : new Uint8Array(bands * SIDE_PX ** 2);
  return new File([plainTiff({ widthPx: SIDE_PX, heightPx: SIDE_PX, samples, pixelSizeMetres })], name);
}

describe("hostile files", JOURNEY, () => {
  const studios = studiosOfTests();

  test("a pair whose geotransform cannot be inverted → refused, later openings go on", async () => {
    const pixelSize = 4.4e289;
    const { studio } = await studios.open();
    await openFiles(studio, [rasterFile("a_RGB.tif", 3, pixelSize), rasterFile("a_dsm.tif", 1, pixelSize)]);
    const { refused } = studio.store.getState().scenes;
    expect(refused.map(({ fileName }) => fileName)).toEqual(["a_RGB.tif", "a_dsm.tif"]);
    expect(refused[0]!.error.found).toContain("gives pixels no area");
    await openFiles(studio, [rasterFile("b_RGB.tif", 3, 0.1), rasterFile("b_dsm.tif", 1, 0.1)]);
    expect((await sceneReady(studio)).scene.auxiliary?.facts.fileName).toBe("b_dsm.tif");
    expect(studio.store.getState().workspace.notices).toEqual([]);
  });

  // Work is counted in samples that are made: on a busy machine a clock would say nothing.
  test.each([30_000, 100_000, 1_000_000])(
    "122 bytes that claim %i² pixels → survived: shown as empty",
    async (sidePx) => {
      const source = await openRaster({ file: new File([sparseTiff(sidePx)], "sparse.tif") });
      expect(source.facts).toMatchObject({ widthPx: sidePx, heightPx: sidePx });
      const largest: number[] = [];
      const watched: typeof source = {
        ...source,
        read: async (request) => {
          largest.push(request.rect.widthPx * request.rect.heightPx);
          return source.read(request);
        },
      };
      const preview = await readPreview(watched, { maxSidePx: 64, bands: [0] });
      expect(new Set(preview.bands[0])).toEqual(new Set([0]));
      const tiles = new OpticalTiles(watched, await chooseStretch(watched));
      const coarsest = Math.ceil(Math.log2(sidePx / TILE_PX));
      expect((await tiles.tile({ level: coarsest, x: 0, y: 0 })).length).toBe(TILE_PX * TILE_PX * 4);
      expect(Math.max(...largest)).toBeLessThanOrEqual(1 << 20);
      expect(largest.reduce((sum, samples) => sum + samples, 0)).toBeLessThan(300_000_000);
    },
  );

  test("a manifest with 250 000 faults → refused: each list of a wrong length is one", () => {
    const many = Array.from({ length: 250_000 }, () => "x");
    const colours = { ...tinyManifest("identity").classes[0], colour: many };
    const manifest = { ...tinyManifest("identity"), classes: [colours], inputs: many };
    expect(() => parseManifest(manifest, "many.nadir.json")).toThrow(/has 4 faults: .*colour is a list of 250000/);
  });
});

/** A header and one strip that is not there (TIFF 6.0): every pixel reads as 0. */
function sparseTiff(sidePx: number): Uint8Array<ArrayBuffer> {
  const fields: [number, number, number][] = [
    [256, 4, sidePx],
    [257, 4, sidePx],
    [258, 3, 8],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 0],
    [277, 3, 1],
    [278, 4, sidePx],
    [279, 4, 0],
  ];
  const bytes = new Uint8Array(8 + 2 + 12 * fields.length + 4);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8]);
  view.setUint16(8, fields.length, true);
  for (const [index, [tag, type, value]] of fields.entries()) {
    const at = 10 + 12 * index;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, 1, true);
    view.setUint32(at + 8, value, true);
  }
  return bytes;
}
