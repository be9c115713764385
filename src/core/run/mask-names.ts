/** How the masks of a run are called in the mask store. */

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
