import { expect, test } from "vitest";
import { groupFiles } from "./group-files";

const placed = (path: string) => {
  const cut = path.lastIndexOf("/");
  return { file: new File([], path.slice(cut + 1)), folder: path.slice(0, Math.max(0, cut)) };
};

test("a raster is explained by the side files of its own folder, also where another has its name", () => {
  const paths = ["top/a.tif", "top/a.tfw", "top/A.tif.aux.xml", "gts/a.tif", "b.png", "c.tif", "c.PRJ"];
  const { rasters, refused } = groupFiles(paths.map(placed));
  expect(rasters.map(({ file, folder, sideFiles }) => [folder, file.name, sideFiles.map(({ name }) => name)])).toEqual([
    ["top", "a.tif", ["A.tif.aux.xml", "a.tfw"]],
    ["gts", "a.tif", []],
    ["", "b.png", []],
    ["", "c.tif", ["c.PRJ"]],
  ]);
  expect(refused).toEqual([]);
});

test("a side file without its image waits for it by name; that of a shapefile belongs to the shapefile", () => {
  const { refused } = groupFiles(["x/a.tfw", "y/a.tif", "d.tif.aux.xml", "e.shp", "e.prj"].map(placed));
  expect(refused.map(({ fileName, error }) => [fileName, error.needed])).toEqual([
    ["a.tfw", "It waits for an image named a.… in the same folder."],
    ["d.tif.aux.xml", "It waits for an image named d.tif in the same folder."],
  ]);
});

test("raw pixels with a header beside them are ENVI's", () => {
  const { rasters, refused } = groupFiles(["ortho.bin", "ortho.hdr", "other.bin"].map(placed));
  expect(rasters.map(({ file }) => file.name)).toEqual(["ortho.hdr", "other.bin"]);
  expect(refused.map(({ fileName, error }) => [fileName, error.found])).toEqual([
    ["ortho.bin", "An ENVI raster: raw pixels and their header."],
  ]);
});
