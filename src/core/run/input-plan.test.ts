/** The constants a raw sample goes through, held against the formula worked on single samples. */
import { describe, expect, test } from "vitest";
import { arrayRaster } from "../../testing/array-raster";
import { tensor, tinyManifest } from "../../testing/tiny-models";
import type { InputScale, ModelInput } from "../manifest/manifest";
import type { DType } from "../raster/dtype";
import type { BandFacts, RasterFacts } from "../raster/raster";
import type { BandRole } from "../vocabulary/band-roles";
import { type BandRange, planInputs } from "./input-plan";
import type { RunSettings } from "./run-settings";

function facts(roles: readonly BandRole[], over: Partial<BandFacts> = {}, dtype: DType = "uint8"): RasterFacts {
  const { facts } = arrayRaster({ widthPx: 4, heightPx: 4, roles, dtype, value: () => 0 });
  return { ...facts, bands: facts.bands.map((band) => ({ ...band, ...over })) };
}

const RGB = facts(["red", "green", "blue"]);

interface Planned {
  readonly opticalScale?: InputScale;
  readonly heightScale?: InputScale;
  readonly optical?: RasterFacts;
  readonly heightBand?: Partial<BandFacts>;
  readonly heights?: RunSettings["heights"];
  readonly input?: Partial<ModelInput>;
  readonly range?: BandRange;
}

/** The plan of a network with an image and heights, and which bands were measured for it. */
async function plan(asked: Planned) {
  const manifest = tinyManifest("identity-dsm", {
    inputs: [
      tensor(
        "optical",
        "optical",
        ["red", "green", "blue"],
        asked.opticalScale ?? { kind: "declared-type" },
        asked.input,
      ),
      tensor("dsm", "auxiliary", ["height"], asked.heightScale ?? { kind: "none" }, { mean: [0.25], std: [0.5] }),
    ],
  });
  const measured: string[] = [];
  const made = await planInputs(
    manifest,
    asked.optical ?? RGB,
    facts(["height"], { nodata: -1, ...asked.heightBand }, "float32"),
    asked.heights ?? "as-is",
    async (raster, band) => {
      measured.push(`${raster} ${band}`);
      return asked.range ?? { min: 40, max: 120 };
    },
  );
  /** What the network sees of a stored sample. */
  const seen = (input: number, channel: number, stored: number) => {
    const { subtract, multiply, add } = made.tensors[input]!.channels[channel]!;
    return (stored - subtract) * multiply + add;
  };
  return { made, measured, seen, height: (stored: number) => seen(1, 0, stored) };
}

describe("colours", () => {
  test.each([
    ["uint8", 51, 0.2],
    ["uint8", 255, 1],
    ["uint16", 13107, 0.2],
    ["uint16", 65535, 1],
  ] as const)("%s %i is %d of full scale", async (dtype, stored, share) => {
    const { seen } = await plan({ optical: facts(["red", "green", "blue"], {}, dtype) });
    for (const channel of [0, 1, 2]) expect(seen(0, channel, stored)).toBeCloseTo(share, 12);
  });

  test("other types have no full scale, and are refused", async () => {
    const optical = facts(["red", "green", "blue"], {}, "float32");
    await expect(plan({ optical })).rejects.toThrow(/Band 1 holds float32 values.*uint8 or uint16/);
  });

  test("each channel has its own mean and deviation", async () => {
    const { seen } = await plan({ input: { mean: [0.5, 0.4, 0.1], std: [0.25, 0.2, 2] } });
    // 51 / 255 = 0.2.
    expect(seen(0, 0, 51)).toBeCloseTo((0.2 - 0.5) / 0.25, 12);
    expect(seen(0, 1, 51)).toBeCloseTo((0.2 - 0.4) / 0.2, 12);
    expect(seen(0, 2, 51)).toBeCloseTo((0.2 - 0.1) / 2, 12);
  });

  test("bands are found by what they show and read once, in the order of the channels", async () => {
    const { made } = await plan({ optical: facts(["blue", "red", "nir", "green"]) });
    expect(made.opticalBands).toEqual([1, 3, 0]);
    expect(made.tensors[0]!.channels.map(({ source, bandSlot }) => [source, bandSlot])).toEqual([
      ["optical", 0],
      ["optical", 1],
      ["optical", 2],
    ]);
    expect(made.auxiliaryBands).toEqual([0]);
    expect(made.tensors.map(({ name, nodataFill }) => [name, nodataFill])).toEqual([
      ["optical", 0],
      ["dsm", 0],
    ]);
  });

  test("one band wanted by two inputs is read once", async () => {
    const manifest = tinyManifest("identity", {
      inputs: [
        tensor("one", "optical", ["red", "green"], { kind: "declared-type" }),
        tensor("two", "optical", ["green", "blue"], { kind: "none" }, { nodataFill: -3 }),
      ],
    });
    const made = await planInputs(manifest, RGB, null, "as-is", async () => ({ min: 0, max: 1 }));
    expect(made.opticalBands).toEqual([0, 1, 2]);
    expect(made.tensors.map(({ channels }) => channels.map(({ bandSlot }) => bandSlot))).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(made.tensors[1]!.nodataFill).toBe(-3);
  });
});

describe("heights, of mean 0.25 and deviation 0.5", () => {
  /** Stored 700 is 700 · 0.1 + 5 = 75 m. */
  const decimetres = { scale: 0.1, offset: 5 };

  test("as they are: in metres, whatever the file's scale and offset", async () => {
    expect((await plan({})).height(75)).toBeCloseTo((75 - 0.25) / 0.5, 9);
    expect((await plan({ heightBand: decimetres })).height(700)).toBeCloseTo((75 - 0.25) / 0.5, 9);
  });

  test("between fixed metres", async () => {
    const heightScale = { kind: "fixed", min: 20, max: 120 } as const;
    expect((await plan({ heightScale })).height(75)).toBeCloseTo((0.55 - 0.25) / 0.5, 9);
    expect((await plan({ heightScale, heightBand: decimetres })).height(700)).toBeCloseTo((0.55 - 0.25) / 0.5, 9);
  });

  test("between the raster's lowest and highest: stored values, for a range has no unit", async () => {
    const asked = { heightScale: { kind: "min-max", scope: "raster" }, heightBand: decimetres } as const;
    expect((await plan(asked)).height(60)).toBeCloseTo((0.25 - 0.25) / 0.5, 9);
    expect((await plan(asked)).height(100)).toBeCloseTo((0.75 - 0.25) / 0.5, 9);
  });

  test("of one value everywhere are 0 after scaling, not a division by 0", async () => {
    const asked = { heightScale: { kind: "min-max", scope: "raster" }, range: { min: 7, max: 7 } } as const;
    expect((await plan(asked)).height(7)).toBeCloseTo(-0.25 / 0.5, 12);
  });

  test.each([
    ["none", { kind: "none" }, 40 * 0.1 + 5],
    ["fixed", { kind: "fixed", min: 4, max: 24 }, (40 * 0.1 + 5 - 4) / 20],
    ["min-max", { kind: "min-max", scope: "raster" }, 0],
  ] as const)(
    "flattened under %s scaling are the raster's lowest height everywhere",
    async (_, heightScale, lowest) => {
      const { height } = await plan({ heightScale, heightBand: decimetres, heights: "flattened" });
      for (const stored of [40, 90, 120]) expect(height(stored)).toBeCloseTo((lowest - 0.25) / 0.5, 9);
    },
  );
});

describe("heights that are not there", () => {
  const manifest = (change: Partial<ModelInput>) =>
    tinyManifest("identity-dsm", {
      inputs: [
        tensor("optical", "optical", ["red", "green", "blue"], { kind: "declared-type" }),
        tensor(
          "dsm",
          "auxiliary",
          ["height"],
          { kind: "fixed", min: 0, max: 20 },
          { mean: [0.2], std: [0.5], ...change },
        ),
      ],
    });
  const without = async (change: Partial<ModelInput>, heights: RunSettings["heights"]) => {
    const { tensors, auxiliaryBands } = await planInputs(manifest(change), RGB, null, heights, async () => {
      throw new Error("there is nothing to measure");
    });
    const { channels, nodataFill } = tensors[1]!;
    const [{ source, subtract, multiply, add }] = channels as [(typeof channels)[number]];
    expect([auxiliaryBands, source]).toEqual([[], "optical"]);
    return [...[0, 17, 255].map((stored) => (stored - subtract) * multiply + add), nodataFill];
  };

  test("are one constant everywhere, missing image pixels too, where the model can do without", async () => {
    expect(await without({ optional: true, absent: -0.7, nodataFill: 3 }, "as-is")).toEqual([-0.7, -0.7, -0.7, -0.7]);
  });

  test("are a plain in an experiment with flat heights: 0 after scaling, before mean and deviation", async () => {
    const seen = await without({ nodataFill: 3 }, "flattened");
    expect(seen.slice(0, 3)).toEqual([-0.4, -0.4, -0.4]);
    expect(seen[3]).toBe(3);
  });

  test("are refused for every other model", async () => {
    await expect(without({}, "as-is")).rejects.toThrow(/also needs a DSM raster/);
  });
});

test("heights in feet between fixed metres", async () => {
  const heightScale = { kind: "fixed", min: 0, max: 20 } as const;
  const { height } = await plan({ heightScale, heightBand: { unit: "ft" } });
  // 32.8084 ft = 10 m, half of the range.
  expect(height(32.808399)).toBeCloseTo((0.5 - 0.25) / 0.5, 6);
});

describe("what is measured", () => {
  const suspect = { min: 40, max: 120, leftOut: [{ low: -9999, high: -9999, count: 2, gap: 10_039 }] };

  test("nothing where the user said what is missing and the scaling needs no range", async () => {
    const { made, measured } = await plan({ heightBand: { nodataIsSet: true }, range: suspect });
    expect(measured).toEqual([]);
    expect(made.auxiliaryLeftOut).toEqual([]);
  });

  test.each([{ kind: "none" }, { kind: "fixed", min: 0, max: 100 }, { kind: "min-max", scope: "raster" }] as const)(
    "heights without a declared nodata, under $kind scaling too: −9999 is missing",
    async (heightScale) => {
      const { made, measured } = await plan({ heightScale, heightBand: { nodata: null }, range: suspect });
      expect(measured).toEqual(["auxiliary 0"]);
      expect(made.auxiliaryLeftOut).toEqual(suspect.leftOut);
      expect(made.notes.join()).toMatch(/2 pixels of -9999, 10039 m from all others, were taken as missing/);
    },
  );

  test("a nodata value that was assumed when the file was opened is said, a declared one is not", async () => {
    const note = "array.tif declares no nodata value; -9999 was taken as missing.";
    const assumed = await plan({ heightBand: { nodata: -9999, nodataIsAssumed: true } });
    expect(assumed.made.notes).toContain(note);
    expect((await plan({ heightBand: { nodata: -9999 } })).made.notes).not.toContain(note);
  });

  test("heights that declare one value and are filled with another: both are missing", async () => {
    const { made } = await plan({ heightBand: { nodata: -32767 }, range: suspect });
    expect(made.auxiliaryLeftOut).toEqual(suspect.leftOut);
    expect(made.notes.join()).toMatch(/declares -32767 as missing; 2 pixels of -9999, 10039 m from all others, were/);
  });

  test("colours only for their own range; a suspect among them marks nothing", async () => {
    const opticalScale = { kind: "min-max", scope: "raster" } as const;
    const { made, measured, seen } = await plan({ opticalScale, heightBand: { nodataIsSet: true }, range: suspect });
    expect(measured).toEqual(["optical 0", "optical 1", "optical 2"]);
    expect(seen(0, 1, 60)).toBeCloseTo(0.25, 12);
    expect(made.auxiliaryLeftOut).toEqual([]);
  });

  test("a raster without a valid pixel is refused", async () => {
    const asked = { heightBand: { nodata: null }, range: { min: Number.NaN, max: Number.NaN } };
    await expect(plan(asked)).rejects.toThrow(/Every pixel is nodata/);
  });
});
