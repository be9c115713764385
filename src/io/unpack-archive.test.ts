/** Archives written by Python's zipfile and, for ZIP64 and encryption, by hand from PKWARE's APPNOTE 6.3. */
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { crc32 } from "../core/crc32";
import { unpackArchive } from "./unpack-archive";

interface Member {
  readonly path: string;
  readonly content: Uint8Array;
  readonly deflated?: boolean;
  readonly over?: Partial<Record<"bytes" | "packedBytes" | "method" | "flags" | "crc", number>>;
}

const text = (value: string) => new TextEncoder().encode(value);

/** APPNOTE 4.3: local headers with data, central directory, end record; with ZIP64 every size and offset is wide. */
function zip(members: readonly Member[], { zip64 = false, comment = "" } = {}): File {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  const put = (list: Uint8Array<ArrayBuffer>[], build: (field: (bytes: 2 | 4 | 8, value: number) => void) => void) => {
    const bytes: number[] = [];
    build((size, value) => {
      for (let at = 0; at < size; at++) bytes.push(Math.floor(value / 256 ** at) % 256);
    });
    list.push(Uint8Array.from(bytes));
    return bytes.length;
  };
  for (const { path, content, deflated = false, over = {} } of members) {
    const packed = Uint8Array.from(deflated ? deflateRawSync(content) : content);
    const [name, crc] = [Uint8Array.from(text(path)), over.crc ?? crc32(content)];
    const { method = deflated ? 8 : 0, flags = 0x800, bytes = content.length, packedBytes = packed.length } = over;
    const [start, wide] = [offset, 0xffffffff];
    offset += put(parts, (field) => {
      for (const [size, value] of [
        [4, 0x04034b50],
        [2, 20],
        [2, flags],
        [2, method],
        [4, 0],
        [4, crc],
      ] as const)
        field(size, value);
      for (const [size, value] of [
        [4, packedBytes],
        [4, bytes],
        [2, name.length],
        [2, 0],
      ] as const)
        field(size, value);
    });
    parts.push(name, packed);
    offset += name.length + packed.length;
    put(directory, (field) => {
      for (const [size, value] of [
        [4, 0x02014b50],
        [2, 45],
        [2, 20],
        [2, flags],
        [2, method],
        [4, 0],
        [4, crc],
      ] as const)
        field(size, value);
      field(4, zip64 ? wide : packedBytes);
      field(4, zip64 ? wide : bytes);
      for (const value of [name.length, zip64 ? 28 : 0, 0, 0, 0]) field(2, value);
      field(4, 0);
      field(4, zip64 ? wide : start);
    });
    directory.push(name);
    if (zip64) {
      put(directory, (field) => {
        for (const [size, value] of [
          [2, 1],
          [2, 24],
          [8, bytes],
          [8, packedBytes],
          [8, start],
        ] as const)
          field(size, value);
      });
    }
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const tail: Uint8Array<ArrayBuffer>[] = [];
  if (zip64) {
    put(tail, (field) => {
      for (const [width, value] of [
        [4, 0x06064b50],
        [8, 44],
        [2, 45],
        [2, 45],
        [4, 0],
        [4, 0],
      ] as const)
        field(width, value);
      for (const value of [members.length, members.length, size, offset]) field(8, value);
      for (const [width, value] of [
        [4, 0x07064b50],
        [4, 0],
        [8, offset + size],
        [4, 1],
      ] as const)
        field(width, value);
    });
  }
  put(tail, (field) => {
    for (const [width, value] of [
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
    ] as const)
      field(width, value);
    for (const value of [members.length, members.length]) field(2, zip64 ? 0xffff : value);
    for (const value of [size, offset]) field(4, zip64 ? 0xffffffff : value);
    field(2, comment.length);
  });
  return new File([...parts, ...directory, ...tail, comment], "all.zip");
}

const noise = Uint8Array.from({ length: 300_000 }, (_, at) => (at * at * 2654435761) >>> 24);

describe("what an archive holds", () => {
  test.each([false, true])("stored and deflated members come out as they went in, with ZIP64: %s", async (zip64) => {
    const members = [
      { path: "odm/ortho.tif", content: noise, deflated: true },
      { path: "odm/dem/dsm.tif", content: noise.subarray(0, 999) },
      { path: "empty.tif", content: new Uint8Array(0) },
    ];
    const archive = zip(members, { zip64, comment: "made by hand" });
    const { files, refused } = await unpackArchive(archive);
    expect(refused).toEqual([]);
    expect(files.map(({ file, folder }) => `${folder}/${file.name}`)).toEqual(
      members.map(({ path }) => `all.zip/${path}`),
    );
    for (const [at, { content }] of members.entries()) {
      expect(Buffer.from(await files[at]!.file.arrayBuffer()).equals(content)).toBe(true);
    }
  });

  test("folders and what systems leave there are nothing; a path out of the archive stays inside", async () => {
    const { files, refused } = await unpackArchive(
      zip([
        { path: "a/", content: text("") },
        { path: "__MACOSX/a/._b.tif", content: text("x") },
        { path: "a/.DS_Store", content: text("x") },
        { path: "../../etc/b.tif", content: text("x") },
        { path: "a\\c.tif", content: text("x") },
      ]),
    );
    expect(refused).toEqual([]);
    expect(files.map(({ file, folder }) => `${folder}/${file.name}`)).toEqual(["all.zip/etc/b.tif", "all.zip/a/c.tif"]);
  });
});

describe("what is not taken is said, and the rest comes", () => {
  const good = { path: "good.tif", content: text("good"), deflated: true };
  const packed = { path: "bad.tif", content: noise, deflated: true };

  test.each([
    ["encrypted", { ...packed, over: { flags: 0x801 } }, /It is encrypted/],
    ["packed by another method", { ...packed, over: { method: 14 } }, /packed by method 14/],
    ["larger than deflate can make it", { ...packed, over: { bytes: 2 ** 31 } }, /cannot be 2147483648/],
    ["more than it says", { ...packed, over: { bytes: 1000 } }, /not unpack to its 1000 bytes/],
    ["less than it says", { ...packed, over: { bytes: 300_001 } }, /archive is damaged here/],
    ["beyond the archive", { ...packed, over: { packedBytes: 2 ** 30 } }, /packed bytes cannot be/],
    ["damaged", { ...packed, over: { crc: 1 } }, /checksum is another/],
    ["no deflate", { ...packed, deflated: false, over: { method: 8 } }, /cannot be unpacked/],
    ["of vectors", { path: "labels.fgb", content: noise }, /Vectors/],
    ["a document", { path: "report.pdf", content: noise }, /A PDF/],
    ["an archive", { path: "inner.zip", content: noise }, /not those inside another/],
  ])("%s", async (_, bad, sentence) => {
    const { files, refused } = await unpackArchive(zip([bad, good]));
    expect(refused.map(({ error }) => error.found)).toEqual([expect.stringMatching(sentence)]);
    expect(await files[0]!.file.text()).toBe("good");
    expect(files.length).toBe(1);
  });

  test("no archive and a cut one are damaged; of one without its beginning every file is", async () => {
    const whole = zip([good, packed]);
    for (const part of ["no archive", whole.slice(0, -30)]) {
      await expect(unpackArchive(new File([part], "all.zip"))).rejects.toThrow(/archive is damaged/);
    }
    const beheaded = await unpackArchive(new File([whole.slice(1000)], "all.zip"));
    expect(beheaded.files).toEqual([]);
    expect(beheaded.refused.map(({ error }) => error.found)).toEqual(
      [1, 2].map(() => expect.stringMatching(/damaged/)),
    );
  });
});

/** `python3 -c "import zipfile, io, base64; b = io.BytesIO(); z = zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED); z.writestr('ä/x.tif', 'abc' * 40); z.close(); print(base64.b64encode(b.getvalue()).decode())"`, Python 3.11 */
const BY_PYTHON =
  "UEsDBBQAAAgIAA4BfV0C8K6cCAAAAHgAAAAIAAAAw6QveC50aWZLTEpOHAgEAFBLAQIUAxQAAAgIAA4BfV0C8K6cCAAAAHgAAAAIAAAAAAAAAAAAAACAAQAAAADDpC94LnRpZlBLBQYAAAAAAQABADYAAAAuAAAAAAA=";

test("an archive by Python's zipfile", async () => {
  const { files } = await unpackArchive(new File([Uint8Array.from(Buffer.from(BY_PYTHON, "base64"))], "p.zip"));
  expect(files.map(({ file, folder }) => `${folder}/${file.name}`)).toEqual(["p.zip/ä/x.tif"]);
  expect(await files[0]!.file.text()).toBe("abc".repeat(40));
});
