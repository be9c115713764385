/** A run on an engine that may fall silent (`ask-patiently.ts`): it goes on from its last finished strip. */
import type { RunCheckpoint } from "../../core/run/run-checkpoint";
import type {
  EngineHandlers,
  EngineRunProgress,
  EngineRunRequest,
  EngineRunResult,
} from "../../workers/engine-protocol";
import type { RestartableClient } from "../../workers/rpc";
import { askPatiently, type Patience, type PatientOptions } from "./ask-patiently";

export interface PatientRunOptions extends Omit<PatientOptions<EngineRunProgress>, "onRestart"> {
  /** Told when the engine was replaced; `row` is where the run goes on. */
  readonly onRestart: (row: number) => void;
}

/** @throws {NadirError} `device-lost` when fresh engines fall silent too. */
export async function runPatiently(
  engine: Pick<RestartableClient<EngineHandlers>, "call" | "restart">,
  request: EngineRunRequest,
  options: PatientRunOptions,
  patience: Patience,
): Promise<EngineRunResult> {
  let checkpoint: RunCheckpoint | undefined = request.resume;
  return askPatiently(
    engine,
    (asking) => engine.call("run", checkpoint === undefined ? request : { ...request, resume: checkpoint }, asking),
    {
      ...options,
      onProgress(progress: EngineRunProgress) {
        checkpoint = progress.checkpoint ?? checkpoint;
        options.onProgress(progress);
      },
      onRestart: () => options.onRestart(checkpoint?.nextRow ?? 0),
    },
    patience,
  );
}
