/** How the masks of runs and truths are called in the mask store. */

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
