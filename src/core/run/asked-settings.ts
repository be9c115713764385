/** What the next run is asked to do, the same for every model. */
import type { TestTimeAugmentation } from "../vocabulary/augmentations";
import type { BackendChoice } from "../vocabulary/backends";
import type { BlendProfile } from "../vocabulary/blends";

export interface AskedSettings {
  readonly modelIds: readonly string[];
  readonly backend: BackendChoice;
  /** Share of a window that it has in common with the next one, 0 … 0.9. */
  readonly overlapFraction: number;
  readonly blend: BlendProfile;
  readonly testTimeAugmentation: TestTimeAugmentation;
  readonly confidence: boolean;
  /** Reproduce the paper: the manifest's stride and accumulation instead of overlap and blend. */
  readonly papers: boolean;
}
