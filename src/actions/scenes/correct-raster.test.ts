import { expect, test } from "vitest";
import type { RasterFacts } from "../../core/raster/raster";
import { arrayRaster } from "../../testing/array-raster";
import { messages } from "../../ui/messages";
import type { RasterHandlers } from "../../workers/raster-protocol";
import type { WorkerClient } from "../../workers/rpc";
import { createStudio } from "../studio";
import { correctRaster } from "./correct-raster";

function opened(fileName: string, facts: Partial<RasterFacts> = {}) {
  const { facts: plain } = arrayRaster({ widthPx: 8, heightPx: 8, roles: ["red", "green", "blue"], value: () => 0 });
  const file = new File([], fileName);
  return { facts: { ...plain, fileName, ...facts }, file, sideFiles: [], sha256Sampled: "" };
}

test("a correction that fails says so and the next one is carried out all the same", async () => {
  const asked: string[] = [];
  const rasters = {
    async call(_: string, { rasterId }: { rasterId: string }) {
      asked.push(rasterId);
      // Facts that nothing can be paired by: what follows the reading throws.
      const broken = rasterId === "a" ? { bands: null as never } : {};
      return { rasterId: `${rasterId}2`, ...opened(`${rasterId}.tif`, broken) };
    },
  } as unknown as WorkerClient<RasterHandlers>;
  const studio = createStudio(rasters, null as never, messages.actions);
  const first = opened("a.tif");
  const second = opened("b_other.png", { format: "png" });
  studio.registry.rasters.set("a", first);
  await correctRaster(studio, first.facts, { use: "optical" });
  expect(studio.store.getState().workspace.notices.map(({ tone }) => tone)).toEqual(["bad"]);

  studio.registry.rasters.clear();
  studio.registry.rasters.set("b", second);
  await correctRaster(studio, second.facts, { use: "optical" });
  expect(asked).toEqual(["a", "b"]);
  expect(studio.store.getState().workspace.notices).toHaveLength(1);
  expect(studio.store.getState().scenes.records.map(({ scene }) => scene.optical.rasterId)).toEqual(["b2"]);
});
