/** What the next run is asked to do, the same for every model. */
import type { TestTimeAugmentation } from "../vocabulary/augmentations";
import type { BackendChoice } from "../vocabulary/backends";
import type { BlendProfile } from "../vocabulary/blends";
import type { AskedScale } from "./run-scale";

export interface AskedSettings {
  readonly modelIds: readonly string[];
  readonly backend: BackendChoice;
  /** Share of a window that it has in common with the next one, 0 … 0.9. */
  readonly overlapFraction: number;
  readonly blend: BlendProfile;
  /** By the rule of `run-scale.ts` when absent. */
  readonly scale?: AskedScale;
  readonly testTimeAugmentation: TestTimeAugmentation;
  readonly confidence: boolean;
  /** Reproduce the paper: the manifest's stride and accumulation instead of overlap and blend. */
  readonly papers: boolean;
}
