/** How runs are called, and the masks of runs and truths in the mask store. */

/** @param sessionId Part of the name: tabs share one storage, and each may only delete what its own names say. */
export function runIdOf(sessionId: string, number: number): string {
  return `run-${sessionId}-${number}`;
}

/** Of the run that another one's mask becomes when it is cleaned. @param hash Of that mask and of the steps. */
export function cleanedIdOf(sessionId: string, hash: string): string {
  return `cleaned-${sessionId}-${hash}`;
}

/** Whatever in a text, a project or what is left of one, may be the name of a run. */
export function runIdsIn(text: string): string[] {
  return [...new Set(text.match(/\b(run|cleaned)-[\w-]+/g))];
}

export function maskIdOf(runId: string): string {
  return `mask-${runId}`;
}

export function confidenceIdOf(runId: string): string {
  return `confidence-${runId}`;
}

/** Every mask a run with these settings writes. */
export function masksOf(runId: string, { confidence }: { readonly confidence: boolean }): string[] {
  return confidence ? [maskIdOf(runId), confidenceIdOf(runId)] : [maskIdOf(runId)];
}

/** The class ids of a truth raster on the grid of a photo; several photos may share one truth. */
export function truthIdOf(rasterId: string, opticalId: string): string {
  return `truth-${rasterId}-on-${opticalId}`;
}
