import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findBreaches, readImportTable } from "./import-walls.mjs";

const table = readImportTable(readFileSync("docs/architecture.md", "utf8"));

test.each([
  ["src/actions/registry.ts", 'import type { Kernel } from "../gpu/device";', "src/gpu/device"],
  ["src/actions/runs/engine-queue.ts", 'export { a } from "../../inference/backend";', "src/inference/backend"],
  ["src/ui/view/panes/Deep.tsx", 'const { a } = await import("../../../io/side-files.ts");', "src/io/side-files.ts"],
  ["src/store/scenes.ts", 'type Studio = import("../actions/studio").Studio;', "src/actions/studio"],
  ["src/core/run/plan.ts", 'export * from "../../evaluation/class-areas";', "src/evaluation/class-areas"],
  ["src/actions/view/arrange.ts", 'import "../../workers/engine-handlers";', "src/workers/engine-handlers"],
  ["src/layers/tiles.ts", 'new Worker(new URL("../workers/raster.ts", import.meta.url));', "src/workers/raster.ts"],
  ["src/io/codec.ts", 'import url from "../../models/zoo/a.onnx?url";', "models/zoo/a.onnx"],
  ["src/cli/main.ts", 'import { tiny } from "../testing/tiny-models";', "src/testing/tiny-models"],
])("%s may not say %s", (path, source, target) => {
  expect(findBreaches(table, [[path, source]])).toEqual([
    `${path}: src/${path.split("/")[1]} may not import ${target}`,
  ]);
});

test("what the table names is allowed, and tests may look anywhere", () => {
  expect(
    findBreaches(table, [
      ["src/actions/studio.ts", 'import "../workers/rpc"; import "./registry"; import "../core/errors.ts";'],
      ["src/actions/studio.test.ts", 'import "../gpu/device";'],
      ["src/ui/App.tsx", 'import "react"; import "./styles/app.css"; const page = <App />;'],
    ]),
  ).toEqual([]);
});

test("a folder without a row is an error", () => {
  expect(findBreaches(table, [["src/attic/old.ts", ""]])).toEqual([
    "src/attic/old.ts: docs/architecture.md has no row for src/attic",
  ]);
});
