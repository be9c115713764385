/** An export put together in memory: pieces in order, the head once more, and no more than fits. */
import { expect, test } from "vitest";
import { createBlobSink, createExportSink } from "./byte-sink";

test("pieces, gaps and a head written last come out as one file", async () => {
  const sink = await createExportSink("image/tiff");
  await sink.write(0, Uint8Array.of(0, 0));
  await sink.write(4, Uint8Array.of(5, 6));
  await sink.write(0, Uint8Array.of(1, 2));
  await sink.close();
  const blob = await sink.toBlob();
  expect(blob.type).toBe("image/tiff");
  expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual([1, 2, 0, 0, 5, 6]);
});

test("a file beyond what memory bears is refused with the size in its sentence, up to it is not", async () => {
  const sink = createBlobSink("image/tiff", 2 ** 20);
  await sink.write(0, new Uint8Array(2 ** 20));
  await expect(sink.write(2 ** 20, Uint8Array.of(1))).rejects.toMatchObject({
    facts: { code: "out-of-memory", found: expect.stringContaining("1 MiB") },
  });
});
