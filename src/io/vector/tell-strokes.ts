/** Strokes told from other polygons: every feature names a class, as the strokes of `teaching/strokes.ts` do. */

/** Of text that is looked at; strokes never come near. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Polygons of a run name their class too, but number it (`class_id`). What cannot be read is left to whoever reads
 * strokes, and so is a file without a feature.
 */
export async function isStrokes(file: Blob): Promise<boolean> {
  if (file.size > MOST_BYTES) return false;
  try {
    const { features } = JSON.parse(await file.text()) as { features?: unknown };
    return !Array.isArray(features) || features.every((feature: unknown) => hasClass(feature));
  } catch {
    return true;
  }
}

function hasClass(feature: unknown): boolean {
  const properties = (feature as { properties?: unknown } | null)?.properties as Record<string, unknown> | null;
  return typeof properties?.class === "string" && properties.class_id === undefined;
}
