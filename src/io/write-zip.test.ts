/** Archives are what Python's zipfile module reads; sums of two parts are zlib's over both. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 as zlibCrc32 } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { crc32, crc32Of } from "../core/crc32";
import { runPython, withoutPython } from "../testing/run-python";
import { createBlobSink } from "./byte-sink";
import { createZip } from "./write-zip";

const folder = mkdtempSync(join(tmpdir(), "nadir-zip-"));
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([0, 1, 2, 3, 255, 256, 65_537])("the sum of two parts, the second of %i bytes", (length) => {
  const first = bytes("what comes first");
  const second = Uint8Array.from({ length }, (_, index) => (index * 7919) % 251);
  const both = new Uint8Array([...first, ...second]);
  expect(crc32Of(crc32(first), crc32(second), length)).toBe(zlibCrc32(both));
  expect(crc32Of(0, crc32(second), length)).toBe(zlibCrc32(second));
});

describe.skipIf(withoutPython)("an archive", () => {
  test("holds its entries, rewritten beginnings too, without those that were given up", async () => {
    const sink = createBlobSink("application/zip");
    const zip = createZip(sink, new Date(2026, 10, 29, 1, 2, 4));
    const plain = await zip.open("a/schön.txt");
    await plain.write(0, bytes("one "));
    await plain.write(4, bytes("two"));
    await expect(zip.open("b")).rejects.toThrow("another entry is open");
    await expect(plain.write(9, bytes("gap"))).rejects.toThrow("neither the next");
    await plain.close();
    const lost = await zip.open("lost.bin");
    await lost.write(0, bytes("never mind"));
    await lost.discard();
    const late = await zip.open("late.bin");
    await late.write(0, new Uint8Array(6));
    await late.write(6, bytes("body"));
    await late.write(0, bytes("header"));
    await late.close();
    await (await zip.open("empty")).close();
    await zip.finish();
    const path = join(folder, "plain.zip");
    writeFileSync(path, new Uint8Array(await sink.toBlob().arrayBuffer()));
    expect(runPython(READ, path)).toEqual({
      bad: null,
      entries: { "a/schön.txt": "one two", "late.bin": "headerbody", empty: "" },
      date: [2026, 11, 29, 1, 2, 4],
    });
  });

  test("of more entries than the old directory counts", async () => {
    const parts: { position: number; data: Uint8Array }[] = [];
    const write = async (position: number, data: Uint8Array) => void parts.push({ position, data });
    const zip = createZip({ write, close: async () => undefined }, new Date(2026, 0, 1));
    for (let number = 0; number < 65_600; number++) await (await zip.open(String(number))).close();
    await zip.finish();
    const { position, data } = parts.at(-1)!;
    const whole = new Uint8Array(position + data.length);
    for (const part of parts) whole.set(part.data, part.position);
    const path = join(folder, "many.zip");
    writeFileSync(path, whole);
    expect(
      runPython("import json, sys, zipfile; print(len(zipfile.ZipFile(json.load(sys.stdin)).namelist()))", path),
    ).toBe(65_600);
  });
});

const READ = `
import json, sys, zipfile
z = zipfile.ZipFile(json.load(sys.stdin))
print(json.dumps(dict(bad=z.testzip(), entries={i.filename: z.read(i).decode() for i in z.infolist()}, date=z.infolist()[0].date_time)))
`;
