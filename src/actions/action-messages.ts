/** What actions say at the foot of the page. The page hands them over in its language; see `ui/messages.ts`. */

import type { NadirErrorFacts } from "../core/errors";
import type { Sentence } from "../core/remarks/remark";
import type { Language } from "../core/vocabulary/languages";

export interface ActionMessages {
  /** Of these messages, and of the documents that actions ask for. */
  readonly language: Language;
  /** In one line. */
  readonly fault: (facts: NadirErrorFacts) => string;
  readonly saved: (fileNames: readonly string[]) => string;
  /** A folder or an archive, and how many files are in it. */
  readonly handedOver: (name: string, files: number) => string;
  /** @param first The first of them, each with its reason. */
  readonly notHandedOver: (files: number, first: readonly string[]) => string;
  readonly opened: (fileName: string) => string;
  readonly linkCopied: string;
  readonly nothingToSave: string;
  readonly sessionGone: string;
  readonly resumeNeedsModel: (model: string) => string;
  readonly resumeNeedsSameModel: (model: string) => string;
  /** @param inputs Files and bands as `describeInputs` says them. */
  readonly resumeNeedsSameInputs: (model: string, inputs: string) => string;
  /** A warning of the result of a run that went on later. */
  readonly timesOfTheRest: string;
  readonly strokeNeedsClass: string;
  readonly fillIsCut: string;
  /** @param pieces Squares of the truth they are from. */
  readonly truthStrokesAdded: (strokes: number, pieces: number) => string;
  /** @param outside Strokes of the file that lie on no open photo. */
  readonly strokesAdded: (fileName: string, strokes: number, outside: number) => string;
  readonly correctingNeedsMap: string;
  /** @param isCut There were more than are made. */
  readonly editStrokesAdded: (strokes: number, isCut: boolean) => string;
  /** @param edits Of the file, those that were not there yet. */
  readonly editsAdded: (fileName: string, edits: number, map: string) => string;
  /** An edit that no pixel has followed. */
  readonly nothingCorrected: string;
  readonly predictionAdded: (run: string, scene: string) => string;
  readonly predictionFitsNothing: (fileName: string) => NadirErrorFacts;
  /** @param reason A sentence. */
  readonly sceneNotRun: (scene: string, reason: Sentence) => string;
  readonly joinedQueue: (scenes: number) => string;
  readonly runRemoved: (model: string) => string;
  readonly sceneRemoved: (scene: string) => string;
  readonly modelAdded: (model: string) => string;
  readonly worksOffline: string;
  readonly notReread: (fileName: string) => string;
  readonly sameForMake: (files: number) => string;
  readonly mappingInUse: (fileName: string) => string;
  readonly mappingStrangers: (fileName: string, truthClasses: readonly string[]) => string;
  /** After the worker that reads rasters ended. */
  readonly rastersReopened: (files: number) => string;
  /** Of runs whose maps lay in the memory of that worker. */
  readonly resultsLost: (runs: number) => string;
  /** `row` is the first row that is not finished yet. */
  readonly engineRestarted: (model: string, row: number) => string;
}
