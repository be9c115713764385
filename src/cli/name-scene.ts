/** What the files of a command are called together. */
import { parse } from "node:path";
import { pairRasters } from "../core/pairing/pair-files";
import type { RasterFacts } from "../core/raster/raster";
import { createReprojection } from "../io/reproject";
import type { ReportedScene } from "../outputs/report";

/** What the page would call these files, and why it would put them together. */
export function nameScene(files: {
  readonly optical: RasterFacts;
  readonly auxiliaries: readonly RasterFacts[];
  readonly truth: RasterFacts | null;
}): Pick<ReportedScene, "name" | "pairing"> {
  const { optical, auxiliaries, truth } = files;
  const candidates = [
    { rasterId: "optical", facts: optical },
    ...auxiliaries.map((facts, index) => ({ rasterId: `auxiliary ${index}`, facts })),
    ...(truth === null ? [] : [{ rasterId: "truth", facts: truth }]),
  ];
  const { scenes } = pairRasters(candidates, (optical, other) => createReprojection(optical.crs, other.crs));
  const found = scenes.find(({ opticalId }) => opticalId === "optical");
  const { auxiliaryId = null, otherAuxiliaryIds = [], truthId = null, erodedTruthId = null } = found ?? {};
  const together = [auxiliaryId, ...otherAuxiliaryIds, truthId ?? erodedTruthId].filter((id) => id !== null).length;
  return {
    name: found?.name ?? parse(optical.fileName).name,
    pairing:
      together === candidates.length - 1 && found !== undefined
        ? found.reasons
        : ["The files were given together on the command line."],
  };
}
