/** What a model reads of a scene's second rasters, case by case, and what it is refused with. */
import { describe, expect, test } from "vitest";
import { arrayRaster } from "../../testing/array-raster";
import { tensor, tinyManifest } from "../../testing/tiny-models";
import type { AlignmentReport } from "../georef/alignment";
import type { ModelManifest } from "../manifest/manifest";
import { spellInEnglish } from "../remarks/spell";
import { AUXILIARY_KINDS, type AuxiliaryKind } from "../vocabulary/auxiliary-kinds";
import type { BandName } from "../vocabulary/band-roles";
import type { HeightsMade } from "./heights-made";
import { madeOf, planHeights } from "./plan-heights";

const facts = (fileName: string, band: BandName = "red") => ({
  ...arrayRaster({ widthPx: 4, heightPx: 4, roles: band === "red" ? ["red", "green", "blue"] : [band], value: () => 0 })
    .facts,
  fileName,
});

const OPTICAL = facts("photo.tif");

function raster(kind: AuxiliaryKind, verdict: AlignmentReport["verdict"] = "same-grid") {
  const alignment = { verdict, warnings: ["The DSM and the image do not overlap."], summary: "" } as unknown;
  return { kind, facts: facts(`${kind}.tif`, AUXILIARY_KINDS[kind].band), alignment: alignment as AlignmentReport };
}

function model(kind: AuxiliaryKind, change: object = {}, name = "Model"): ModelManifest {
  const band = AUXILIARY_KINDS[kind].band;
  return tinyManifest("identity", {
    name,
    inputs: [
      tensor("optical", "optical", ["red", "green", "blue"], { kind: "declared-type" }),
      { ...tensor("second", "auxiliary", [band], { kind: "none" }), kind, ...change },
    ],
  });
}

const PHOTO_ONLY = tinyManifest("identity", { name: "Photo only" });
const INFRARED = tinyManifest("identity", {
  name: "Infrared",
  inputs: [tensor("optical", "optical", ["nir", "red", "green"], { kind: "declared-type" })],
});
const OPTIONAL = { optional: true, absent: 0 };

describe("what a model reads", () => {
  test.each([
    ["an nDSM as it is", "ndsm", ["dsm", "ndsm", "dem"], "heights as ndsm.tif gives them", ""],
    ["a DSM minus a DTM", "ndsm", ["dsm", "dem"], "heights above the ground: dsm.tif minus dem.tif", ""],
    ["a DSM alone", "ndsm", ["dsm"], "heights above the ground, which was looked for under dsm.tif", ""],
    [
      "what is called a DEM, said",
      "ndsm",
      ["dem"],
      "heights above the ground, which was looked for under dem.tif",
      "was made for an nDSM; dem.tif is a DEM",
    ],
    ["the DSM, not the nDSM shown first", "dsm", ["ndsm", "dsm"], "heights as dsm.tif gives them", ""],
    [
      "an nDSM for a DSM, said",
      "dsm",
      ["ndsm"],
      "heights as ndsm.tif gives them",
      "was made for a DSM; ndsm.tif is an nDSM",
    ],
    ["SAR among heights", "sar", ["dsm", "sar"], "heights as sar.tif gives them", ""],
  ] as const)("%s", (_, wanted, kinds, made, note) => {
    const manifest = model(wanted);
    const plan = planHeights(
      manifest,
      OPTICAL,
      kinds.map((kind) => raster(kind)),
      "as-is",
    );
    expect(spellHeights(madeOf(manifest, plan, "as-is")!)).toBe(made);
    expect(plan!.notes.join()).toContain(note);
    expect(plan!.notes).toHaveLength(note === "" ? 0 : 1);
  });

  test("what does not lie on the image counts as not there", () => {
    const plan = planHeights(model("ndsm"), OPTICAL, [raster("ndsm", "refused"), raster("dsm")], "as-is");
    expect(plan).toMatchObject({ how: "from-surface", raster: { kind: "dsm" } });
  });

  test.each([
    ["a model of the photo alone", PHOTO_ONLY, "as-is", null],
    ["a model that can do without", model("ndsm", OPTIONAL), "as-is", "no heights: the photo alone"],
    ["flat heights", model("dsm"), "flattened", "flat heights, as an experiment"],
  ] as const)("%s needs none, and a refused one does not stand in its way", (_, manifest, heights, said) => {
    for (const rasters of [[], [raster("dsm", "refused")]]) {
      const plan = planHeights(manifest, OPTICAL, rasters, heights);
      const made = madeOf(manifest, plan, heights);
      expect([plan, made && spellHeights(made)]).toEqual([null, said]);
    }
  });
});

describe("refusals", () => {
  const refusal = (manifest: ModelManifest, others: readonly ModelManifest[]) => {
    try {
      planHeights(manifest, OPTICAL, [], "as-is", others);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };

  test("name the models that work on this image alone, and only those", () => {
    const others = [model("dsm"), INFRARED, PHOTO_ONLY, model("ndsm", OPTIONAL, "Either way")];
    const said = refusal(model("dsm"), others);
    expect(said).toContain("Model also needs a DSM raster of the same place.");
    expect(said).toContain("choose Photo only or Either way, which work on the image alone");
    expect(refusal(model("ndsm"), [PHOTO_ONLY])).toContain("choose Photo only, which works on the image alone");
  });

  test("never send to a model that is not there", () => {
    const said = refusal(model("dsm"), [model("dsm"), INFRARED]);
    expect(said).not.toContain("choose");
    expect(said).toContain("flat heights as an experiment");
  });

  test("say how far away the heights are that do not lie on the image", () => {
    const plan = () => planHeights(model("dsm"), OPTICAL, [raster("dsm", "refused")], "as-is", [PHOTO_ONLY]);
    expect(plan).toThrow("The DSM and the image do not overlap.");
  });
});

test("closed holes are part of what is said", () => {
  const made = { how: "as-given", files: ["dsm.tif"] } as const;
  expect(spellHeights({ ...made, closedShare: 0.0314159 })).toBe(
    "heights as dsm.tif gives them; 3.1 % of them closed over holes",
  );
  expect(spellHeights({ ...made, closedShare: 1e-6 })).toContain("less than 0.01 %");
});

function spellHeights(made: HeightsMade): string {
  return spellInEnglish({ say: "heights-made", made });
}
