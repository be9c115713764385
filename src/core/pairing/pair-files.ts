/**
 * Which opened rasters belong together: by name, then by where they lie, then by size, among equals by folder. A height
 * raster or a truth goes with every photo that it covers or whose tile name it has. Proposals carry their reasons in
 * sentences and can be changed by the user.
 */

import { type AlignmentReport, alignRasters } from "../georef/alignment";
import { isSameCrs } from "../georef/crs";
import type { Reprojection } from "../georef/reprojection";
import type { RasterFacts } from "../raster/raster";
import { spellInEnglish } from "../remarks/spell";
import { AUXILIARY_KIND_IDS, AUXILIARY_KINDS, type AuxiliaryKind } from "../vocabulary/auxiliary-kinds";
import { distinctNames } from "./distinct-names";
import { doMeet, type Extent, extentOf } from "./extent";
import { type RasterPart, recogniseRasterPart } from "./raster-part";
import { parseSceneFileName } from "./scene-file-name";

export interface PairingCandidate {
  readonly rasterId: string;
  readonly facts: RasterFacts;
}

export interface SceneProposal {
  readonly name: string;
  readonly opticalId: string;
  readonly auxiliaryId: string | null;
  /** Second rasters of other kinds, at most one of each: a terrain model, heights above the ground. */
  readonly otherAuxiliaryIds: readonly string[];
  readonly truthId: string | null;
  /** Truth with eroded class boundaries, when there is one beside the full one. */
  readonly erodedTruthId: string | null;
  /** One sentence per decision. */
  readonly reasons: readonly string[];
}

export interface Pairing {
  readonly scenes: readonly SceneProposal[];
  /** Rasters in no scene, with the reason. */
  readonly unpaired: readonly { readonly rasterId: string; readonly reason: string }[];
}

/** Finds the conversion between two rasters' CRS; null when unknown. */
export type FindReprojection = (optical: RasterFacts, other: RasterFacts) => Reprojection | null;

interface Recognised extends PairingCandidate {
  readonly part: RasterPart;
  readonly key: string;
  /** Of the key: all its words, and those that are numbers. */
  readonly words: ReadonlySet<string>;
  readonly numbers: string;
  /** Where it lies on the map; null without a position. */
  readonly extent: Extent | null;
}

interface Match {
  readonly raster: Recognised;
  readonly score: number;
  readonly reason: string;
  /** Why it belongs to this photo whatever else it belongs to: it covers it, or both are of one tile. */
  readonly sure: "by-place" | "by-name" | null;
  readonly sharedFolders: number;
}

/** Share of a photo that is covered by what belongs to it for that alone. */
const COVERED = 0.5;

/** One scene per optical raster; each other raster goes to the optical it fits best, and to all it surely belongs to. */
export function pairRasters(
  candidates: readonly PairingCandidate[],
  findReprojection: FindReprojection = () => null,
): Pairing {
  const recognised = candidates.map(recognise);
  const opticals = recognised.filter(({ part }) => part.part === "optical");
  const others = recognised.filter(({ part }) => part.part !== "optical");
  const assigned = new Map<string, Match[]>();
  const unpaired: { rasterId: string; reason: string }[] = [];
  for (const other of others) {
    const isFitting = ({ match }: { readonly match: Match }) => match.score > 0;
    const matchAll = (some: readonly Recognised[]) =>
      some.map((optical) => ({ optical, match: matchTo(optical, other, opticals.length === 1, findReprojection) }));
    const near = matchAll(opticals.filter((optical) => mayBelong(optical, other, opticals.length === 1)));
    const fitting = (near.some(isFitting) ? near : matchAll(opticals))
      .filter(isFitting)
      .sort((a, b) => b.match.score - a.match.score);
    const [best] = fitting;
    if (best === undefined) {
      const reason =
        opticals.length === 0
          ? `${other.facts.fileName} has no image to go with.`
          : `${other.facts.fileName} fits none of the images by name, place or size.`;
      unpaired.push({ rasterId: other.rasterId, reason });
      continue;
    }
    // Tiles of one name in two places: without a position, only those in the nearest folder are meant.
    const named = fitting.flatMap(({ match }) => (match.sure === "by-name" ? match.sharedFolders : []));
    const isMeant = ({ sure, sharedFolders }: Match) =>
      sure === "by-place" || (sure === "by-name" && sharedFolders === Math.max(...named));
    for (const { optical, match } of fitting.filter((each) => each === best || isMeant(each.match))) {
      assigned.set(optical.rasterId, [...(assigned.get(optical.rasterId) ?? []), match]);
    }
  }
  const passedOver = new Map<string, string>();
  const proposed = opticals.map((optical) => proposeScene(optical, assigned.get(optical.rasterId) ?? [], passedOver));
  const used = new Set(
    proposed.flatMap(({ auxiliaryId, otherAuxiliaryIds, truthId, erodedTruthId }) => [
      ...[auxiliaryId, truthId, erodedTruthId].filter((id) => id !== null),
      ...otherAuxiliaryIds,
    ]),
  );
  for (const [rasterId, reason] of passedOver) {
    if (!used.has(rasterId)) unpaired.push({ rasterId, reason });
  }
  const names = distinctNames(opticals.map(({ facts }, index) => ({ ...facts, name: proposed[index]!.name })));
  return { scenes: proposed.map((scene, index) => ({ ...scene, name: names[index]! })), unpaired };
}

function recognise(candidate: PairingCandidate): Recognised {
  const { facts } = candidate;
  const { key } = parseSceneFileName(facts.fileName);
  const words = new Set(key.split(" "));
  const numbers = [...words].filter((word) => /^\d+$/.test(word)).join(" ");
  return { ...candidate, part: recogniseRasterPart(facts), key, words, numbers, extent: extentOf(facts) };
}

/**
 * Whether a name or a place can bring them together. Of hundreds of tiles nearly all pairs have neither, and are
 * weighed by size alone when nothing else is left.
 */
function mayBelong(optical: Recognised, other: Recognised, onlyOptical: boolean): boolean {
  const [a, b] = [optical.extent, other.extent];
  const isOneMap =
    optical.facts.crs === null || other.facts.crs === null || isSameCrs(optical.facts.crs, other.facts.crs);
  const mayMeet = a !== null && b !== null && (!isOneMap || doMeet(a, b));
  return onlyOptical || mayMeet || compareNames(optical, other)[0] > 0;
}

/** Scores: equal name 8, similar name up to 3; overlap up to 4.5 or same size 2; refused by place rules out; folder < 1. */
function matchTo(
  optical: Recognised,
  other: Recognised,
  onlyOptical: boolean,
  findReprojection: FindReprojection,
): Match {
  const reprojection = findReprojection(optical.facts, other.facts);
  const alignment = alignRasters(optical.facts, other.facts, { reprojection });
  const [nameScore, nameReason] = compareNames(optical, other);
  const [placeScore, placeReason] = describePlace(alignment, optical.facts, other.facts);
  const fileName = other.facts.fileName;
  const sharedFolders = countSharedFolders(optical.facts, other.facts);
  if (alignment.verdict === "refused") {
    // Same name or the only image: keep them together, so that the report can say what is wrong.
    const keep = nameScore >= 8 || onlyOptical;
    return { raster: other, score: keep ? 0.5 : 0, reason: `${fileName}: ${placeReason}.`, sure: null, sharedFolders };
  }
  const isPlaced = alignment.verdict !== "matched-by-size";
  const placeOnly = nameScore === 0 && !isPlaced && !onlyOptical;
  const score = (placeOnly ? 0.25 : nameScore + placeScore) + sharedFolders / (2 + 2 * sharedFolders);
  const reason = nameReason === "" ? placeReason : `${nameReason}, ${placeReason}`;
  const sure = isPlaced && alignment.overlapFraction >= COVERED ? "by-place" : nameScore >= 8 ? "by-name" : null;
  return { raster: other, score, reason: `${fileName}: ${reason}.`, sure, sharedFolders };
}

function compareNames(optical: Recognised, other: Recognised): readonly [number, string] {
  const [a, b] = [optical.key, other.key];
  if (a !== "" && a === b) return [8, `same scene name "${a}"`];
  // Tiles are told apart by their numbers: different numbers are different tiles, whatever the words say.
  if (optical.numbers !== other.numbers) return [0, ""];
  const shared = [...optical.words].filter((word) => word !== "" && other.words.has(word)).length;
  const union = new Set([...optical.words, ...other.words]).size;
  return shared === 0 ? [0, ""] : [(3 * shared) / union, "similar names"];
}

/** Folders around both, from the outside in. */
function countSharedFolders({ folder: one = "" }: RasterFacts, { folder: other = "" }: RasterFacts): number {
  const [a, b] = [one, other].map((folder) => folder.split("/").filter((part) => part !== "")) as [string[], string[]];
  const differsAt = a.findIndex((part, depth) => part !== b[depth]);
  return differsAt < 0 ? a.length : differsAt;
}

function describePlace(
  alignment: AlignmentReport,
  optical: RasterFacts,
  other: RasterFacts,
): readonly [number, string] {
  switch (alignment.verdict) {
    case "same-grid":
      return [5, "same grid"];
    case "resampled":
      return [
        1 + 3 * alignment.overlapFraction + 0.5 * usedShare(alignment, optical, other),
        `covers ${Math.round(alignment.overlapFraction * 100)} % of the image`,
      ];
    case "matched-by-size":
      return [
        optical.widthPx === other.widthPx && optical.heightPx === other.heightPx ? 2 : 1,
        `no position in the file, size ${other.widthPx} × ${other.heightPx} fits`,
      ];
    case "refused":
      return [0, spellInEnglish(alignment.summary)];
  }
}

/** Part of the other raster that lies over the image, 0–1: of two images it covers, it goes with the larger one. */
function usedShare({ overlapFraction, resolutionRatio }: AlignmentReport, optical: RasterFacts, other: RasterFacts) {
  const otherOpticalPx = other.widthPx * other.heightPx * resolutionRatio ** 2;
  return Math.min(1, (overlapFraction * optical.widthPx * optical.heightPx) / otherOpticalPx);
}

function proposeScene(optical: Recognised, matches: readonly Match[], passedOver: Map<string, string>): SceneProposal {
  const reasons = [`${optical.facts.fileName}: taken as the image (${optical.part.reason}).`];
  const pick = (candidates: readonly Match[], what: string): string | null => {
    const [best, ...rest] = [...candidates].sort((a, b) => b.score - a.score);
    if (best === undefined) return null;
    reasons.push(best.reason);
    for (const { raster } of rest) {
      passedOver.set(
        raster.rasterId,
        `${raster.facts.fileName}: the scene already has ${best.raster.facts.fileName} as its ${what}.`,
      );
    }
    return best.raster.rasterId;
  };
  const truths = matches.filter(({ raster }) => raster.part.part === "truth");
  const isEroded = ({ raster }: Match) => raster.part.part === "truth" && raster.part.boundaryEroded;
  const auxiliaries = matches.filter(({ raster }) => raster.part.part === "auxiliary").map(preferByRank);
  const byKind = AUXILIARY_KIND_IDS.map((kind) => auxiliaries.filter(({ raster }) => kindOf(raster) === kind))
    .filter((ofKind) => ofKind.length > 0)
    .sort((a, b) => bestScore(b) - bestScore(a));
  const [auxiliaryId = null, ...otherAuxiliaryIds] = byKind.map(
    (ofKind) => pick(ofKind, AUXILIARY_KINDS[kindOf(ofKind[0]!.raster)!].name)!,
  );
  return {
    name: optical.key === "" ? optical.facts.fileName.replace(/\.[^.]+$/, "") : optical.key,
    opticalId: optical.rasterId,
    auxiliaryId,
    otherAuxiliaryIds,
    truthId: pick(
      truths.filter((match) => !isEroded(match)),
      "truth",
    ),
    erodedTruthId: pick(truths.filter(isEroded), "truth without boundaries"),
    reasons,
  };
}

function kindOf({ part }: Recognised): AuxiliaryKind | null {
  return part.part === "auxiliary" ? part.kind : null;
}

function bestScore(matches: readonly Match[]): number {
  return Math.max(...matches.map(({ score }) => score));
}

/** Among equals the kind's rank decides; it weighs less than anything a name or a place can say. */
function preferByRank(match: Match): Match {
  const { part } = match.raster;
  const bonus = part.part === "auxiliary" ? 0.01 * AUXILIARY_KINDS[part.kind].rank : 0;
  return { ...match, score: match.score + bonus };
}
