/** Scenes in the studio: what was opened, what belongs together, what was refused and why. Plain facts only. */

import type { NadirErrorFacts } from "../core/errors";
import type { ModelClass } from "../core/manifest/manifest";
import type { BandGroup } from "../core/pairing/band-files";
import type { HandChoices } from "../core/pairing/choose-by-hand";
import type { RasterFacts } from "../core/raster/raster";
import type { Remark } from "../core/remarks/remark";
import type { AreaOfInterest } from "../core/run/run-settings";
import type { AuxiliaryChoice, Scene } from "../core/scene/scene";
import type { PhotoDisplay } from "../core/view/photo-display";

/** Ground truth after its colours or ids were turned into class ids. */
export type TruthState =
  | { readonly status: "none" }
  | { readonly status: "decoding" }
  | {
      readonly status: "ready";
      /** Id of the one-byte raster of class ids on the optical grid. */
      readonly maskId: string;
      readonly classes: readonly ModelClass[];
      /** Name of the class scheme it was read by. */
      readonly schemeName: string;
      /** Pixels per class id of the truth. */
      readonly classPixels: Readonly<Record<number, number>>;
      /** Colours ("12,40,200") or ids of no class, commonest first; left out of every score. */
      readonly unknown: readonly { readonly value: string; readonly pixels: number }[];
      /** Pixels left out of every score: undefined boundary, nodata. */
      readonly ignoredPixels: number;
      /** Labelled pixels among them where the photo is missing. */
      readonly unseenPixels?: number;
      /** Another file, whose class table was used because this one is of its make. */
      readonly tableOf?: string;
      /** What an expert would add about the decoding, one sentence each. */
      readonly notes: readonly Remark[];
    }
  | { readonly status: "failed"; readonly error: NadirErrorFacts };

export interface SceneRecord {
  readonly scene: Scene;
  readonly truth: TruthState;
  /** Heights at the ends of the colour ramp, in the DSM's unit; null until measured or without a DSM. */
  readonly heightRange: { readonly low: number; readonly high: number } | null;
  /** Absent for the whole image. */
  readonly area?: AreaOfInterest;
  /** What to do about a second raster that does not lie over all of the image; absent: use it, fill the rest. */
  readonly auxiliaryChoice?: AuxiliaryChoice;
  /** What the user calls it; absent: as its files say. */
  readonly givenName?: string;
  /** Rasters that the user gave it. */
  readonly byHand?: HandChoices;
  /** How its photo is shown; absent: as suits it. */
  readonly display?: PhotoDisplay;
  /** Part of the test set: run and scored together with the others. */
  readonly ticked?: true;
}

/** A file that cannot be used as it is; its sentence stays beside its name. */
export interface RefusedFile {
  readonly fileName: string;
  readonly error: NadirErrorFacts;
}

/** An opened raster that no scene uses, with the reason in words. */
export interface UnpairedRaster {
  readonly rasterId: string;
  readonly facts: RasterFacts;
  readonly reason: string;
}

export interface ScenesState {
  readonly records: readonly SceneRecord[];
  readonly selectedId: string | null;
  readonly unpaired: readonly UnpairedRaster[];
  readonly refused: readonly RefusedFile[];
  /** Files that look like the bands of a photo, until the user has said whether they are. */
  readonly bandGroups: readonly BandGroup[];
  /** Files being opened right now, by name. */
  readonly opening: readonly string[];
}

export const initialScenes: ScenesState = {
  records: [],
  selectedId: null,
  unpaired: [],
  refused: [],
  bandGroups: [],
  opening: [],
};

/** Undefined when the scene is gone. */
export function findScene({ records }: ScenesState, sceneId: string | null | undefined): SceneRecord | undefined {
  return records.find(({ scene }) => scene.id === sceneId);
}

/** Replaces the record of the same scene or appends it; the first scene becomes the selected one. */
export function withScene(state: ScenesState, record: SceneRecord): ScenesState {
  const known = state.records.some(({ scene }) => scene.id === record.scene.id);
  const records = known
    ? state.records.map((old) => (old.scene.id === record.scene.id ? record : old))
    : [...state.records, record];
  return { ...state, records, selectedId: state.selectedId ?? record.scene.id };
}

export function withoutScene(state: ScenesState, sceneId: string): ScenesState {
  const records = state.records.filter(({ scene }) => scene.id !== sceneId);
  const selectedId = state.selectedId === sceneId ? (records[0]?.scene.id ?? null) : state.selectedId;
  return { ...state, records, selectedId };
}

export function withSelectedScene(state: ScenesState, sceneId: string): ScenesState {
  return state.records.some(({ scene }) => scene.id === sceneId) ? { ...state, selectedId: sceneId } : state;
}

export function withArea(state: ScenesState, sceneId: string, area: AreaOfInterest | null): ScenesState {
  return changeRecord(state, sceneId, ({ area: _, ...record }) => (area === null ? record : { ...record, area }));
}

export function withAuxiliaryChoice(state: ScenesState, sceneId: string, choice: AuxiliaryChoice | null): ScenesState {
  return changeRecord(state, sceneId, ({ auxiliaryChoice: _, ...record }) =>
    choice === null ? record : { ...record, auxiliaryChoice: choice },
  );
}

/** An empty display gives back what suits the photo. */
export function withDisplay(state: ScenesState, sceneId: string, display: PhotoDisplay): ScenesState {
  return changeRecord(state, sceneId, ({ display: _, ...record }) =>
    Object.keys(display).length === 0 ? record : { ...record, display },
  );
}

/** Rasters that the user gave it stand in place of what was found. */
export function withByHand(state: ScenesState, sceneId: string, byHand: HandChoices): ScenesState {
  return changeRecord(state, sceneId, ({ byHand: _, ...record }) =>
    Object.keys(byHand).length === 0 ? record : { ...record, byHand },
  );
}

/** A name of the user's own, told from those of other scenes by a number; "" gives it up and leaves it for now. */
export function withSceneName(state: ScenesState, sceneId: string, name: string): ScenesState {
  const others = new Set(state.records.flatMap(({ scene }) => (scene.id === sceneId ? [] : scene.name)));
  return changeRecord(state, sceneId, ({ givenName: _, ...record }) => {
    if (name === "") return record;
    let [givenName, number] = [name, 1];
    while (others.has(givenName)) givenName = `${name} (${++number})`;
    return { ...record, givenName, scene: { ...record.scene, name: givenName } };
  });
}

/** Takes scenes into the test set or out of it. */
/** Records that stay as they are stay the same objects: of hundreds of lines those alone are written anew that change. */
export function withTicked(state: ScenesState, sceneIds: readonly string[], ticked: boolean): ScenesState {
  const ids = new Set(sceneIds);
  return {
    ...state,
    records: state.records.map((record) => {
      const { ticked: before = false, ...rest } = record;
      if (before === ticked || !ids.has(rest.scene.id)) return record;
      return ticked ? { ...rest, ticked } : rest;
    }),
  };
}

function changeRecord(state: ScenesState, sceneId: string, change: (record: SceneRecord) => SceneRecord): ScenesState {
  return {
    ...state,
    records: state.records.map((record) => (record.scene.id === sceneId ? change(record) : record)),
  };
}

export function withHeightRange(
  state: ScenesState,
  sceneId: string,
  heightRange: SceneRecord["heightRange"],
): ScenesState {
  return {
    ...state,
    records: state.records.map((record) => (record.scene.id === sceneId ? { ...record, heightRange } : record)),
  };
}

/** Changes nothing when the scene is gone, so that a late answer cannot bring it back. */
export function withTruth(state: ScenesState, sceneId: string, truth: TruthState): ScenesState {
  return {
    ...state,
    records: state.records.map((record) => (record.scene.id === sceneId ? { ...record, truth } : record)),
  };
}

/** Replaces what was said before of files of the same names. */
export function withRefused(state: ScenesState, refused: readonly RefusedFile[]): ScenesState {
  const names = new Set(refused.map(({ fileName }) => fileName));
  return { ...state, refused: [...state.refused.filter(({ fileName }) => !names.has(fileName)), ...refused] };
}

/** The user has read why these files were refused, or they are opened again. */
export function withoutRefused(state: ScenesState, fileNames: readonly string[]): ScenesState {
  const gone = new Set(fileNames);
  return { ...state, refused: state.refused.filter(({ fileName }) => !gone.has(fileName)) };
}

/** All rasters that belong to no scene so far. */
export function withUnpaired(state: ScenesState, unpaired: readonly UnpairedRaster[]): ScenesState {
  return { ...state, unpaired };
}

/** What the user is asked about; the same object while the question is the same. */
export function withBandGroups(state: ScenesState, bandGroups: readonly BandGroup[]): ScenesState {
  const isSame = JSON.stringify(bandGroups) === JSON.stringify(state.bandGroups);
  return isSame ? state : { ...state, bandGroups };
}

/** Names of the files that are being read. */
export function withOpening(state: ScenesState, fileNames: readonly string[]): ScenesState {
  return { ...state, opening: fileNames };
}
