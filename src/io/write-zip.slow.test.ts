/** An archive past 4 GiB is what Python's zipfile module reads. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runPython, withoutPython } from "../testing/run-python";
import { createZip } from "./write-zip";

const folder = mkdtempSync(join(tmpdir(), "nadir-zip-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(withoutPython)(
  "of more bytes than the old directory holds, in a sparse file",
  async () => {
    const path = join(folder, "large.zip");
    // What lies between is never written: only the places count.
    const parts: { position: number; data: Uint8Array }[] = [];
    const zip = createZip(
      {
        async write(position, data) {
          parts.push({ position, data: data.length > 1 << 16 ? new Uint8Array(0) : data });
        },
        close: async () => undefined,
      },
      new Date(2026, 0, 1),
    );
    const block = new Uint8Array(2 ** 29);
    const large = await zip.open("large.bin");
    for (let at = 0; at < 9; at++) await large.write(at * block.length, block);
    await large.close();
    const after = await zip.open("after.txt");
    await after.write(0, new TextEncoder().encode("still there"));
    await after.close();
    await zip.finish();
    const list = parts.map(({ position, data }) => [position, Buffer.from(data).toString("base64")]);
    expect(runPython(SPARSE, { path, parts: list })).toEqual({ size: 9 * 2 ** 29, after: "still there", bad: null });
  },
  300_000,
);

const SPARSE = `
import base64, json, sys, zipfile
job = json.load(sys.stdin)
with open(job["path"], "wb") as f:
    for position, data in job["parts"]:
        f.seek(position)
        f.write(base64.b64decode(data))
z = zipfile.ZipFile(job["path"])
print(json.dumps(dict(size=z.getinfo("large.bin").file_size, after=z.read("after.txt").decode(), bad=z.testzip())))
`;
