/**
 * `nadir teach` from files to files: a class the network never had (red roofs) on a made-up scene, learnt from strokes on
 * some of it and scored on the whole by counting pixels.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseManifest } from "../core/manifest/parse-manifest";
import type { Stroke } from "../core/vector/stroke";
import { openRaster } from "../io/open-raster";
import { formatStrokes } from "../teaching/strokes";
import { nadir } from "../testing/command-line";
import { temporaryFolder } from "../testing/export-fixtures";
import { isRoof, ROOF_SIDE_PX, roofScene, roofStroke, roofStrokes } from "../testing/roof-scene";
import { runPython, withoutPython } from "../testing/run-python";
import { blobOf } from "../testing/test-data";

const SIDE_PX = ROOF_SIDE_PX;

/** Share of the golden window's pixels whose class is the stored output's, and the largest difference in logits. */
const IN_PYTHON = `
import json, os, sys
import numpy as np, onnx, onnxruntime
path = json.load(sys.stdin)
onnx.checker.check_model(path, full_check=True)
pair = json.load(open(path.replace(".onnx", ".golden.json")))
def stored(entry):
    data = open(os.path.join(os.path.dirname(path), entry["file"]), "rb").read()
    return np.frombuffer(data, "<f4", int(np.prod(entry["shape"])), entry["offset"]).reshape(entry["shape"])
session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
out = [value.name for value in session.get_outputs()].index(json.load(open(path.replace(".onnx", ".nadir.json")))["output"]["name"])
found = session.run(None, {name: stored(entry) for name, entry in pair["inputs"].items()})[out]
wanted = stored(pair["output"])
print(json.dumps([float((found.argmax(1) == wanted.argmax(1)).mean()), float(np.abs(found - wanted).max()), wanted.shape[1]]))
`;

describe("nadir teach", () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const model = "models/zoo/mfnet-nano.nadir.json";
  const args = ["--optical", at("photo.tif"), "--dsm", at("dsm.tif"), "--threads", "1"];
  const teach = (...more: string[]) =>
    nadir(["teach", ...args, "--strokes", at("s.geojson"), "--model", model, "--out", at("red.onnx"), ...more]);

  const write = (strokes: readonly Stroke[], epsg: number | null = null) =>
    writeFileSync(at("s.geojson"), formatStrokes({ strokes, epsg }));

  beforeAll(() => {
    const { photo, dsm, truth } = roofScene();
    writeFileSync(at("truth.tif"), truth);
    writeFileSync(at("photo.tif"), photo);
    writeFileSync(at("dsm.tif"), dsm);
    write(roofStrokes("red roof"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("makes an ordinary model, which segment runs and which knows the new class", async () => {
    const taught = await teach("--name", "Red roofs");
    expect(taught.stderr).toMatch(/red roof: 8 strokes, told rightly – → \d+ %/);
    expect([taught.status, taught.stdout]).toEqual([0, `${at("red.nadir.json")}\n`]);
    const manifest = parseManifest(JSON.parse(readFileSync(at("red.nadir.json"), "utf8")), "red");
    expect(manifest.classes.at(-1)).toMatchObject({ id: 6, name: "red roof" });
    expect(manifest.taught).toMatchObject({
      base: { id: "mfnet-nano" },
      strokes: 16,
      strokesFile: "red.strokes.geojson",
    });
    const base = readFileSync("models/zoo/mfnet-nano.onnx");
    expect(readFileSync(at("red.onnx")).subarray(0, base.length).equals(base)).toBe(true);

    if (!withoutPython) {
      const [equal, difference, classes] = runPython(IN_PYTHON, at("red.onnx")) as readonly [number, number, number];
      expect(equal).toBeGreaterThan(0.999);
      expect(difference).toBeLessThan(1e-3);
      expect(classes).toBe(7);
    }

    const run = await nadir(["segment", ...args, "--model", at("red.nadir.json"), "--out", at("mask.tif")]);
    expect(run.stderr).toContain("self-check passed");
    expect(run.status).toBe(0);
    const mask = await openRaster({ file: await blobOf(at("mask.tif")) });
    const rect = { col: 0, row: 0, widthPx: SIDE_PX, heightPx: SIDE_PX };
    const ids = (await mask.read({ rect, bands: [0] })).bands[0]!;
    mask.close();
    let [both, either] = [0, 0];
    for (const [pixel, id] of ids.entries()) {
      const roof = isRoof(pixel % SIDE_PX, Math.floor(pixel / SIDE_PX));
      if (roof && id === 6) both++;
      if (roof || id === 6) either++;
    }
    expect(both / either).toBeGreaterThan(0.6);

    const { taught: _, ...untaught } = manifest;
    writeFileSync(at("untaught.nadir.json"), JSON.stringify(untaught));
    const evaluate = async (model: string, ...more: string[]) => {
      const pair = ["--prediction", at("mask.tif"), "--truth", at("truth.tif")];
      const { stdout, stderr } = await nadir(["evaluate", ...pair, "--model", at(model), "--json", ...more]);
      return { stderr, ignored: JSON.parse(stdout).withBoundary.ignoredTruthPixels };
    };
    const honest = await evaluate("red.nadir.json");
    const said = /(\d+) labelled pixels under the strokes that taught this model are left out/.exec(honest.stderr);
    expect(Number(said![1])).toBeGreaterThan(500);
    expect(honest.ignored - (await evaluate("untaught.nadir.json")).ignored).toBe(Number(said![1]));
    const named = await evaluate("untaught.nadir.json", "--without", at("red.strokes.geojson"));
    expect(named.ignored).toBe(honest.ignored);

    const again = await nadir([
      "teach",
      ...args,
      "--strokes",
      at("s.geojson"),
      "--model",
      at("red.nadir.json"),
      "--out",
      at("twice.onnx"),
    ]);
    expect(again.stderr).toContain("taught from the one it began with (mfnet-nano)");
    expect(again.status).toBe(4);
  });

  test("a share of a truth teaches, too, and says how much it was", async () => {
    const teachFromTruth = (share: string) =>
      nadir([
        ...["teach", ...args, "--truth", at("truth.tif"), "--from-truth", share],
        ...["--model", model, "--out", at("from-truth.onnx")],
      ]);
    const taught = await teachFromTruth("0.2");
    const [, strokes, pieces] = /(\d+) strokes are taken from (\d+) pieces of the truth/.exec(taught.stderr)!;
    expect(taught.status).toBe(0);
    expect(Number(pieces)).toBe(Math.round(0.2 * Math.ceil(SIDE_PX / 32) ** 2));
    const file = JSON.parse(readFileSync(at("from-truth.strokes.geojson"), "utf8"));
    expect(file.features).toHaveLength(Number(strokes));
    expect(await teachFromTruth("1.5")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("a share above 0"),
    });
    expect(await teach("--from-truth", "0.2")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--from-truth needs --truth"),
    });
    expect(await teach("--list", folder)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--optical and --list exclude each other"),
    });
  });

  test("strokes elsewhere, in another CRS, or no strokes at all are refused", async () => {
    write([roofStroke("red roof", 9000, 9000)]);
    expect(await teach()).toMatchObject({ status: 3, stderr: expect.stringContaining("No stroke covers a pixel") });
    write([roofStroke("red roof", 29, 29)], 99999);
    expect(await teach()).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("The strokes are in EPSG:99999"),
    });
    writeFileSync(at("s.geojson"), "{");
    expect(await teach()).toMatchObject({ status: 3, stderr: expect.stringContaining("This is not JSON") });
  });

  test("an output that is no graph, or one of the inputs, is refused", async () => {
    expect(await teach("--out", at("red.tif"))).toMatchObject({ status: 2 });
    write([roofStroke("red roof", 29, 29)]);
    expect(await teach("--out", "models/zoo/mfnet-nano.onnx")).toMatchObject({ status: 6 });
  });
});
