/** A dropped graph without a manifest, while its card is being filled in. */
import type { NadirErrorFacts } from "../core/errors";
import type { ModelDraft } from "../core/manifest/draft-manifest";
import type { OnnxFacts } from "../core/manifest/read-onnx";

export interface OwnModelState {
  readonly fileName: string;
  readonly bytes: number;
  readonly facts: OnnxFacts;
  readonly draft: ModelDraft;
  readonly trial: "none" | "running";
  readonly error: NadirErrorFacts | null;
}
