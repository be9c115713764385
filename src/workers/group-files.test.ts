import { expect, test } from "vitest";
import { groupFiles } from "./group-files";

test("rasters, what explains them and what belongs to models are told apart", () => {
  const named = (name: string) => new File([], name);
  const names = [
    "a.tif",
    "a.tfw",
    "a.tif.aux.xml",
    "b.png",
    "net.onnx",
    "net.onnx.data",
    "net.nadir.json",
    "golden.bin",
  ];
  const { rasters, models } = groupFiles(names.map(named));
  expect(rasters.map(({ file, sideFiles }) => [file.name, sideFiles.map(({ name }) => name)])).toEqual([
    ["a.tif", ["a.tfw", "a.tif.aux.xml"]],
    ["b.png", ["a.tfw", "a.tif.aux.xml"]],
  ]);
  expect(models.map(({ name }) => name)).toEqual(["net.onnx", "net.onnx.data", "net.nadir.json", "golden.bin"]);
});
