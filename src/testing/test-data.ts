/** Real rasters that are not part of the project: found through NADIR_TEST_DATA, tests skip and say so without them. */
import { existsSync, openAsBlob } from "node:fs";
import { basename, join } from "node:path";

const ROOT = process.env.NADIR_TEST_DATA ?? "../shared/data";

/** Path below the test data folder. */
export function testDataPath(...parts: readonly string[]): string {
  return join(ROOT, ...parts);
}

/** True (and a word on the console) when a folder of the test data is absent. */
export function isWithoutTestData(folder: string): boolean {
  const absent = !existsSync(testDataPath(folder));
  if (absent) console.warn(`skipped: no ${testDataPath(folder)} (set NADIR_TEST_DATA)`);
  return absent;
}

/** A file as the page would get it: a Blob with a name, read by ranges. */
export async function blobOf(path: string): Promise<Blob & { readonly name: string }> {
  return Object.assign(await openAsBlob(path), { name: basename(path) });
}
