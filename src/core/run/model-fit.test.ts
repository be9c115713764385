import { describe, expect, test } from "vitest";
import { arrayRaster } from "../../testing/array-raster";
import { tensor, tinyManifest } from "../../testing/tiny-models";
import type { RasterFacts } from "../raster/raster";
import type { Scene } from "../scene/scene";
import type { BandRole } from "../vocabulary/band-roles";
import { planInputs } from "./input-plan";
import { checkModelFit } from "./model-fit";

const facts = (fileName: string, roles: readonly BandRole[]): RasterFacts => ({
  ...arrayRaster({ widthPx: 4, heightPx: 4, roles, value: () => 0 }).facts,
  fileName,
});

function sceneOf(optical: readonly BandRole[], auxiliary?: { role: BandRole; kind: "dsm" | "ndsm" | "sar" }): Scene {
  return {
    id: "s",
    name: "s",
    optical: { rasterId: "o", facts: facts("photo.tif", optical) },
    auxiliary: auxiliary
      ? { rasterId: "a", facts: facts("second.tif", [auxiliary.role]), kind: auxiliary.kind, alignment: {} as never }
      : null,
    truth: null,
    pairing: [],
  };
}

const RGB = tinyManifest("identity");
const RGB_DSM = tinyManifest("identity-dsm");
const SAR = tinyManifest("identity", {
  inputs: [
    tensor("optical", "optical", ["red", "green", "blue"], { kind: "declared-type" }),
    { ...tensor("sar", "auxiliary", ["sar"], { kind: "none" }), kind: "sar" },
  ],
});

/** The run's own verdict on the same scene. */
const runs = (manifest: typeof RGB, { optical, auxiliary }: Scene) =>
  planInputs(manifest, optical.facts, auxiliary?.facts ?? null, "as-is", async () => ({ min: 0, max: 1 })).then(
    () => true,
    () => false,
  );

const bandsRead = async (manifest: typeof RGB, { optical }: Scene) =>
  (await planInputs(manifest, optical.facts, null, "as-is", async () => ({ min: 0, max: 1 }))).opticalBands;

describe("does a model fit a scene", () => {
  test.each([
    ["RGB for RGB", RGB, sceneOf(["red", "green", "blue"]), []],
    ["RGB in another order", RGB, sceneOf(["blue", "green", "red"]), []],
    ["IRRG is not RGB", RGB, sceneOf(["nir", "red", "green"]), ["bad"]],
    ["no names at all: file order, said", RGB, sceneOf(["unknown", "unknown", "unknown"]), ["warn"]],
    ["too few bands", RGB, sceneOf(["grey"]), ["bad"]],
    ["no heights", RGB_DSM, sceneOf(["red", "green", "blue"]), ["bad"]],
    ["heights", RGB_DSM, sceneOf(["red", "green", "blue"], { role: "height", kind: "dsm" }), []],
    [
      "normalised heights for a DSM",
      RGB_DSM,
      sceneOf(["red", "green", "blue"], { role: "height", kind: "ndsm" }),
      ["warn"],
    ],
    ["SAR for heights", RGB_DSM, sceneOf(["red", "green", "blue"], { role: "sar", kind: "sar" }), ["bad"]],
    ["heights for SAR", SAR, sceneOf(["red", "green", "blue"], { role: "height", kind: "dsm" }), ["bad"]],
    ["SAR for SAR", SAR, sceneOf(["red", "green", "blue"], { role: "sar", kind: "sar" }), []],
  ])("%s", async (_, manifest, scene, tones) => {
    expect(checkModelFit(manifest, scene).map(({ tone }) => tone)).toEqual(tones);
    expect(await runs(manifest, scene)).toBe(!(tones as string[]).includes("bad"));
  });

  test("bands that a model takes in place of its own are said, and only where its own are not there", async () => {
    const either = {
      ...RGB,
      inputs: RGB.inputs.map((input) => ({ ...input, otherBands: [["nir", "red", "green"]] as const })),
    };
    const infrared = sceneOf(["nir", "red", "green"]);
    expect(checkModelFit(either, infrared)).toEqual([
      {
        tone: "warn",
        text: "photo.tif shows near infrared, red, green, which this model takes in place of red, green, blue.",
      },
    ]);
    expect(await bandsRead(either, infrared)).toEqual([0, 1, 2]);
    expect(await bandsRead(either, sceneOf(["nir", "blue", "red", "green"]))).toEqual([2, 3, 1]);
    expect(checkModelFit(either, sceneOf(["nir", "red"])).map(({ tone }) => tone)).toEqual(["bad"]);
  });

  test("the refusal names what is there and what is missing", () => {
    const [fit] = checkModelFit(RGB, sceneOf(["nir", "red", "green"]));
    expect(fit?.text).toContain("photo.tif: Its bands are near infrared, red, green.");
    expect(fit?.text).toContain("there is no blue band");
  });
});
