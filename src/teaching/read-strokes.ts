/** A file of strokes of unknown origin: its size is looked at before its text. */
import { NadirError } from "../core/errors";
import { parseStrokes, type StrokesFile } from "./strokes";

const MOST_BYTES = 256 * 2 ** 20;

/** @throws {NadirError} `bad-strokes`. */
export async function readStrokes(
  file: { readonly size: number; text(): Promise<string> },
  subject: string,
): Promise<StrokesFile> {
  const refuse = (found: string, cause?: unknown) =>
    new NadirError(
      {
        code: "bad-strokes",
        subject,
        found,
        needed: "Strokes as GeoJSON are needed.",
        next: "Export them again.",
      },
      { cause },
    );
  if (file.size > MOST_BYTES) throw refuse(`The file has ${file.size} bytes, more than ${MOST_BYTES}.`);
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch (cause) {
    throw refuse(`This is not JSON: ${(cause as Error).message}.`, cause);
  }
  return parseStrokes(json, subject);
}
