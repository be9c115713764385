import { describe, expect, test } from "vitest";
import { isSideFile, readSideFiles, sideFileNames } from "./side-files";

describe("which file belongs to an image", () => {
  test.each([
    ["tile.tfw", "tile.tif", true],
    ["TILE.TIFW", "tile.tif", true],
    ["tile.tiffw", "tile.tiff", true],
    ["tile.tfw", "tile.tiff", true],
    ["tile.jgw", "tile.jpg", true],
    ["tile.jpgw", "tile.jpg", true],
    ["tile.wld", "tile.png", true],
    ["tile.prj", "tile.tif", true],
    ["tile.tif.aux.xml", "tile.tif", true],
    ["tile.aux.xml", "tile.tif", true],
    ["tile.tif.ovr", "tile.tif", true],
    ["tile.tif.msk", "tile.tif", true],
    ["tile.pgw", "tile.tif", false],
    ["tile.ovr", "tile.tif", false],
    ["other.tif.aux.xml", "tile.tif", false],
    ["other.prj", "tile.tif", false],
    ["tile.txt", "tile.tif", false],
  ])("%s with %s: %s", (side, image, belongs) => {
    expect(sideFileNames(image).includes(side.toLowerCase())).toBe(belongs);
  });

  test.each([
    ["a.tfw", true],
    ["a.PRJ", true],
    ["a.tif.aux.xml", true],
    ["a.tif.msk", true],
    ["a.tif", false],
    ["a.xml", false],
    ["prj", false],
  ])("%s only makes sense beside an image: %s", (name, beside) => {
    expect(isSideFile(name)).toBe(beside);
  });
});

describe("what they say", () => {
  const file = (name: string, text: string) => new File([text], name);
  const world = file("tile.tfw", "2\n0.25\n0.5\n-2\n101.25\n199.125\n");

  test("a world file alone places the image; a broken one is said", async () => {
    const { geotransform, crs, metadata } = await readSideFiles("tile.tif", [world]);
    expect(geotransform).toEqual({ value: [100, 2, 0.5, 200, 0.25, -2], from: "tile.tfw" });
    expect(crs).toBeNull();
    expect(metadata).toBeNull();
    const broken = await readSideFiles("tile.tif", [file("tile.tfw", "2 0 0")]);
    expect(broken.geotransform).toBeNull();
    expect(broken.notes).toEqual(["tile.tfw is not a valid world file and was ignored."]);
  });

  test(".aux.xml by the image's stem comes before the world file", async () => {
    const aux = file(
      "tile.aux.xml",
      '<PAMDataset><GeoTransform>10, 3, 0.25, 20, 0.5, -3</GeoTransform><PAMRasterBand band="1"><NoDataValue>-9999</NoDataValue></PAMRasterBand></PAMDataset>',
    );
    const { geotransform, metadata } = await readSideFiles("tile.tif", [world, aux]);
    expect(geotransform).toEqual({ value: [10, 3, 0.25, 20, 0.5, -3], from: "tile.aux.xml" });
    expect(metadata).not.toBeNull();
  });

  test("overviews and mask are handed on, those of another image are not", async () => {
    const [overviews, mask] = [file("tile.tif.ovr", "o"), file("tile.tif.msk", "m")];
    const found = await readSideFiles("tile.tif", [file("other.tif.ovr", "x"), overviews, mask]);
    expect(found).toMatchObject({ overviews, mask, geotransform: null });
  });

  test("a text of more than four megabytes is something else", async () => {
    const large = file("tile.tfw", `2 0 0 -2 1 1${" ".repeat(1 << 22)}`);
    expect((await readSideFiles("tile.tif", [large])).geotransform).toBeNull();
  });
});
