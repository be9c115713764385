/** The one table of formats: nothing in it is told twice, each entry writes what it says. */
import { describe, expect, test } from "vitest";
import { arrayRaster } from "../testing/array-raster";
import { exportRun } from "./export-run";
import { pathOf } from "./run-format";
import { formatsOf, RUN_FORMATS } from "./run-formats";

describe("formats of a run", () => {
  test("ids, options, extensions and keys are told apart", () => {
    for (const pick of ["id", "option", "extension", "name"] as const) {
      expect(new Set(RUN_FORMATS.map((format) => format[pick])).size, pick).toBe(RUN_FORMATS.length);
    }
    const keys = RUN_FORMATS.flatMap(({ key }) => key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("what is made of confidence is offered where a run kept it", () => {
    const without = RUN_FORMATS.filter(({ confidence }) => confidence !== "needed");
    expect(formatsOf(null)).toEqual(without);
    expect(without.length).toBeLessThan(RUN_FORMATS.length);
    expect(formatsOf("confidence-1")).toEqual(RUN_FORMATS);
  });

  test.each(RUN_FORMATS.map(({ id }) => id))("%s leaves its main file, and others only beside it", async (id) => {
    const { facts: grid } = arrayRaster({
      widthPx: 40,
      heightPx: 30,
      roles: ["red", "green", "blue"],
      geotransform: [1000, 0.5, 0.2, 2000, 0.1, -0.4],
      value: () => 0,
    });
    const pixels = {
      read: async ({ widthPx, heightPx }: { widthPx: number; heightPx: number }) =>
        new Uint8Array(widthPx * heightPx).fill(1),
    };
    const classes = [0, 1].map((classId) => ({
      id: classId,
      name: classId === 0 ? "building" : "other",
      colour: [classId, 0, 0] as const,
      scored: true,
    }));
    const files = await exportRun(
      id,
      { grid, mask: pixels, confidence: pixels, classes, labels: { MODEL: "tiny" } },
      "scene.a-model",
      new AbortController().signal,
    );
    const { extension } = RUN_FORMATS.find((format) => format.id === id)!;
    expect(files[0]?.fileName).toBe(`scene.a-model${extension}`);
    for (const { fileName, blob } of files) {
      expect(fileName.startsWith("scene.a-model.")).toBe(true);
      expect(blob.size).toBeGreaterThan(0);
    }
  });

  test("files beside the main one are named as GDAL and QGIS look for them", () => {
    expect(pathOf("main", "out.d/map.tif")).toBe("out.d/map.tif");
    expect(pathOf({ afterName: ".aux.xml" }, "out.d/map.tif")).toBe("out.d/map.tif.aux.xml");
    expect(pathOf({ afterStem: ".qml" }, "out.d/map.v1.tif")).toBe("out.d/map.v1.qml");
    expect(pathOf({ afterStem: ".pgw" }, "out.d/map")).toBe("out.d/map.pgw");
  });
});
