import { expect, test } from "vitest";
import { folderPlace } from "./places";

/** Folders in memory: files by their whole path, with what was written where. */
function memoryFolder(fault: DOMException | null = null) {
  const files = new Map<
    string,
    { readonly parts: [position: number, data: unknown][]; end: "closed" | "aborted" | null }
  >();
  const folder = (path: string) => ({
    getDirectoryHandle: async (name: string) => folder(`${path}${name}/`),
    async getFileHandle(name: string) {
      const file = { parts: [] as [number, unknown][], end: null as "closed" | "aborted" | null };
      files.set(`${path}${name}`, file);
      return {
        createWritable: async () => ({
          async write({ position, data }: { position: number; data: unknown }) {
            if (fault !== null) throw fault;
            file.parts.push([position, data]);
          },
          close: async () => {
            file.end = "closed";
          },
          abort: async () => {
            file.end = "aborted";
          },
        }),
      };
    },
  });
  return { root: folder("") as unknown as FileSystemDirectoryHandle, files };
}

const BYTES = Uint8Array.of(1, 2, 3);

test("a file lies in the folders its path names, its bytes where they were written", async () => {
  const { root, files } = memoryFolder();
  const file = await folderPlace(root).open("maps/town 1/top.tif", "image/tiff");
  await file.write(8, BYTES);
  await file.write(0, BYTES);
  await file.close();
  await (await folderPlace(root).open("scores.csv", "text/csv")).discard();
  expect([...files]).toEqual([
    [
      "maps/town 1/top.tif",
      {
        parts: [
          [8, BYTES],
          [0, BYTES],
        ],
        end: "closed",
      },
    ],
    ["scores.csv", { parts: [], end: "aborted" }],
  ]);
});

test("a full disk and whatever else the browser says become a sentence about the file", async () => {
  const full = await folderPlace(memoryFolder(new DOMException("x", "QuotaExceededError")).root).open(
    "a/b.tif",
    "image/tiff",
  );
  await expect(full.write(0, BYTES)).rejects.toMatchObject({
    code: "unwritable",
    facts: { subject: "a/b.tif", found: "The disk is full." },
  });
  const gone = await folderPlace(memoryFolder(new DOMException("it is gone", "NotFoundError")).root).open(
    "b.tif",
    "image/tiff",
  );
  await expect(gone.write(0, BYTES)).rejects.toMatchObject({
    facts: { found: "The browser could not write it (it is gone)." },
  });
});
