import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { fileFingerprint } from "./file-fingerprint";

function noise(bytes: number): Buffer {
  const out = Buffer.alloc(bytes);
  for (let index = 0, value = 1; index < bytes; index++) {
    value = (value * 1103515245 + 12345) & 0x7fffffff;
    out[index] = value >> 16;
  }
  return out;
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

test.each([1, 65_536, 4 << 20])("a file of %i bytes: OpenSSL's SHA-256 of all of it", async (bytes) => {
  const content = noise(bytes);
  expect(await fileFingerprint(new Blob([new Uint8Array(content)]))).toBe(sha256(content));
});

test("a file at an address: OpenSSL's SHA-256 of the address", async () => {
  const url = "https://maps.test/top.tif";
  expect(await fileFingerprint({ url, name: "top.tif", size: 9 })).toBe(sha256(Buffer.from(url)));
});

test("a larger file: OpenSSL's SHA-256 of 64 pieces from its first byte to its last", async () => {
  const content = noise((9 << 20) + 77);
  const pieces = Array.from({ length: 64 }, (_, piece) => {
    const offset = Math.floor(((content.length - 65_536) * piece) / 63);
    return content.subarray(offset, offset + 65_536);
  });
  const fingerprint = await fileFingerprint(new Blob([new Uint8Array(content)]));
  expect(fingerprint).toBe(sha256(Buffer.concat(pieces)));
  for (const changedAt of [0, content.length - 1]) {
    const changed = Buffer.from(content);
    changed[changedAt]! ^= 1;
    expect(await fileFingerprint(new Blob([new Uint8Array(changed)]))).not.toBe(fingerprint);
  }
});
