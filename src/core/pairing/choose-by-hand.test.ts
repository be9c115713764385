import { expect, test } from "vitest";
import { chooseByHand } from "./choose-by-hand";
import type { SceneProposal } from "./pair-files";

const FOUND: SceneProposal = {
  name: "1_1",
  opticalId: "photo",
  auxiliaryId: "surface",
  otherAuxiliaryIds: ["terrain"],
  truthId: "labels",
  erodedTruthId: "eroded",
  reasons: [],
};
const KINDS: Record<string, "dsm" | "dem"> = { surface: "dsm", terrain: "dem", other: "dsm" };
const NAMES: Record<string, string> = { "key of other": "other", "key of terrain": "terrain", "key of photo": "photo" };

function chosen(choices: Parameters<typeof chooseByHand>[1]) {
  const find = (key: string) => {
    const rasterId = NAMES[key];
    return rasterId === undefined ? undefined : { rasterId, fileName: `${rasterId}.tif` };
  };
  return chooseByHand(FOUND, choices, (rasterId) => KINDS[rasterId]!, find);
}

test("a raster chosen for a kind takes the place of that kind, and of itself; the others stay", () => {
  const surfaceAndTerrain = [
    { rasterId: "surface", kind: "dsm" },
    { rasterId: "terrain", kind: "dem" },
  ];
  expect(chosen({}).auxiliaries).toEqual(surfaceAndTerrain);
  expect(chosen({ dsm: "key of other" })).toMatchObject({
    auxiliaries: [
      { rasterId: "other", kind: "dsm" },
      { rasterId: "terrain", kind: "dem" },
    ],
    reasons: ["other.tif: chosen by you."],
  });
  // What was taken for the terrain model is the surface model: no terrain model is left.
  expect(chosen({ dsm: "key of terrain" }).auxiliaries).toEqual([{ rasterId: "terrain", kind: "dsm" }]);
  expect(chosen({ dsm: null }).auxiliaries).toEqual([{ rasterId: "terrain", kind: "dem" }]);
  expect(chosen({ dsm: "key of a file that is not open" }).auxiliaries).toEqual(surfaceAndTerrain);
  expect(chosen({ dsm: "key of photo" }).auxiliaries).toEqual(surfaceAndTerrain);
});

test("a truth chosen by hand has no eroded one beside it", () => {
  expect(chosen({ truth: "key of other" })).toMatchObject({ truthId: "other", erodedTruthId: null });
  expect(chosen({ truth: null })).toMatchObject({ truthId: null, erodedTruthId: null, reasons: [] });
  expect(chosen({})).toMatchObject({ truthId: "labels", erodedTruthId: "eroded" });
});
