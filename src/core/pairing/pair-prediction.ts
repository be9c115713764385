/** Which scene a prediction made elsewhere is of, and what it is called: one rule for page and command line. */
import type { RasterFacts } from "../raster/raster";
import { type FindReprojection, type PairingCandidate, pairRasters } from "./pair-files";

/** As a truth of that name, place and size would be paired; null when it fits no image. @returns Id of the image. */
export function pairPrediction(
  opticals: readonly PairingCandidate[],
  facts: RasterFacts,
  findReprojection: FindReprojection,
): string | null {
  const { scenes } = pairRasters(
    [
      ...opticals.map((optical) => ({ ...optical, facts: { ...optical.facts, use: "optical" as const } })),
      { rasterId: "prediction", facts: { ...facts, use: "truth" } },
    ],
    findReprojection,
  );
  return scenes.find(({ truthId, erodedTruthId }) => (truthId ?? erodedTruthId) === "prediction")?.opticalId ?? null;
}

/** What the file's name says besides the scene: "top_potsdam_2_10_mynet.tif" → "mynet". One name for all tiles. */
export function predictionName(fileName: string, sceneNames: readonly string[]): string {
  const words = (text: string) =>
    text
      .replace(/\.[^.]+$/, "")
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== "");
  const plain = (word: string) => (/^\d+$/.test(word) ? String(Number(word)) : word.toLowerCase());
  const known = new Set(sceneNames.flatMap((name) => words(`${name}.`)).map(plain));
  const rest = words(fileName).filter((word) => !known.has(plain(word)));
  return rest.length === 0 ? "prediction" : rest.join(" ");
}
