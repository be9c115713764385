import { describe, expect, test } from "vitest";
import { arrayRaster } from "../../testing/array-raster";
import { keepNonFinite } from "../json/non-finite";
import { recogniseRasterPart } from "../pairing/raster-part";
import type { BandRole } from "../vocabulary/band-roles";
import { correctBands, mergeCorrections } from "./band-corrections";
import { parseCorrections } from "./parse-corrections";

const bands = (...roles: BandRole[]) => arrayRaster({ widthPx: 1, heightPx: 1, roles, value: () => 0 }).facts.bands;

describe("corrections", () => {
  test("what a file is decides its part and the roles that contradict it", () => {
    const facts = {
      ...arrayRaster({ widthPx: 1, heightPx: 1, roles: ["grey"], value: () => 0 }).facts,
      use: "ndsm" as const,
    };
    expect(recogniseRasterPart(facts)).toMatchObject({ part: "auxiliary", kind: "ndsm", reason: "set by you" });
    expect(correctBands(bands("grey"), { use: "ndsm" })[0]).toMatchObject({ role: "height", roleReason: "set by you" });
    expect(correctBands(bands("height"), { use: "dem" })[0]).toMatchObject({
      role: "height",
      roleReason: "set by the test",
    });
    expect(correctBands(bands("height"), { use: "sar" })[0]?.role).toBe("sar");
    expect(correctBands(bands("sar", "alpha"), { use: "optical" }).map(({ role }) => role)).toEqual(["grey", "alpha"]);
    expect(correctBands(bands("red"), { use: "optical", roles: { 0: "nir" } })[0]?.role).toBe("nir");
  });

  test("a nodata set by the user is no longer assumed, and none is concluded against them", () => {
    const assumed = { ...bands("height")[0]!, nodata: -9999, nodataIsAssumed: true as const };
    const [band] = correctBands([assumed], { nodata: { 0: null } });
    expect(band).toMatchObject({ nodata: null, nodataIsSet: true });
    expect(band).not.toHaveProperty("nodataIsAssumed");
  });

  test("the newer word stands, band by band", () => {
    const merged = mergeCorrections(
      { use: "dsm", roles: { 0: "red", 1: "nir" } },
      { roles: { 1: "green" }, nodata: { 0: 7 } },
    );
    expect(merged).toEqual({ use: "dsm", roles: { 0: "red", 1: "green" }, nodata: { 0: 7 } });
  });

  test("storage gives back what went in, NaN and infinities included, and nothing that is not understood", () => {
    const kept = {
      "a#.tif|1×float32|": { use: "ndsm" as const, nodata: { 0: Number.NaN, 1: null, 2: -1 / 0 } },
      b: { roles: { 2: "nir" as const } },
    };
    expect(parseCorrections(JSON.parse(JSON.stringify(kept, keepNonFinite)))).toEqual(kept);
    expect(
      parseCorrections({ c: { use: "poem", roles: { x: "red", 1: "purple" }, nodata: { 0: "low" } }, d: 7 }),
    ).toEqual({});
    expect(parseCorrections("nonsense")).toEqual({});
  });
});
