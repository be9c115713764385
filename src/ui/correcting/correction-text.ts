/** How much of a map was corrected, in words. */
import { maskInUse } from "../../store/masks-in-use";
import type { DoneRun } from "../../store/runs";
import { percent } from "../format";
import { messages } from "../messages";
import { useSelect } from "../StudioContext";

/** Empty where nothing was. */
export function useCorrectionText(run: DoneRun): string {
  const corrected = useSelect((state) => maskInUse(state, run).corrected);
  if (corrected === null) return "";
  const { edits, changedPixels, seenPixels } = corrected;
  return messages.correcting.done(edits, percent(seenPixels === 0 ? 0 : changedPixels / seenPixels));
}
