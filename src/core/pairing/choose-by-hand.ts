/** What the user says belongs to a scene, put in place of what was found. */
import type { AuxiliaryKind } from "../vocabulary/auxiliary-kinds";
import type { SceneProposal } from "./pair-files";

export type ScenePart = AuxiliaryKind | "truth";

/** By part: the key of a file (`fileKey`), or null for none; parts that are absent stay as they were found. */
export type HandChoices = Readonly<Partial<Record<ScenePart, string | null>>>;

/** A file wherever it lies, and however often it was opened. */
export function fileKey({ name, sha256Sampled }: { readonly name: string; readonly sha256Sampled: string }): string {
  return `${sha256Sampled} ${name}`;
}

/** A proposal whose second rasters say what they are. */
export interface ChosenScene extends Omit<SceneProposal, "auxiliaryId" | "otherAuxiliaryIds"> {
  /** The one that is shown first. */
  readonly auxiliaries: readonly { readonly rasterId: string; readonly kind: AuxiliaryKind }[];
}

/**
 * @param kindOf  Of a second raster, as it was found.
 * @param find    The open raster of a key and its file's name; undefined while it is not open, which leaves the part as
 *                it was found.
 */
export function chooseByHand(
  { auxiliaryId, otherAuxiliaryIds, ...proposal }: SceneProposal,
  choices: HandChoices,
  kindOf: (rasterId: string) => AuxiliaryKind,
  find: (key: string) => { readonly rasterId: string; readonly fileName: string } | undefined,
): ChosenScene {
  const found = auxiliaryId === null ? [] : [auxiliaryId, ...otherAuxiliaryIds];
  let scene: ChosenScene = {
    ...proposal,
    auxiliaries: found.map((rasterId) => ({ rasterId, kind: kindOf(rasterId) })),
  };
  for (const [part, key] of Object.entries(choices) as [ScenePart, string | null][]) {
    const raster = key === null ? null : find(key);
    if (raster === undefined || raster?.rasterId === scene.opticalId) continue;
    const rasterId = raster?.rasterId ?? null;
    const said = raster === null ? [] : [`${raster.fileName}: chosen by you.`];
    scene = { ...scene, reasons: [...scene.reasons, ...said] };
    if (part === "truth") {
      scene = { ...scene, truthId: rasterId, erodedTruthId: null };
    } else {
      const rest = scene.auxiliaries.map((each) =>
        each.kind === part ? null : each.rasterId === rasterId ? null : each,
      );
      const place = Math.max(
        0,
        scene.auxiliaries.findIndex(({ kind }) => kind === part),
      );
      const chosen = rasterId === null ? [] : [{ rasterId, kind: part }];
      scene = { ...scene, auxiliaries: rest.toSpliced(place, 0, ...chosen).filter((each) => each !== null) };
    }
  }
  return scene;
}
