import { afterEach, expect, test, vi } from "vitest";
import { createMemoryFiles } from "../testing/memory-files";
import { deleteSession, storedSessions, storeSession } from "./session-store";

afterEach(() => {
  vi.unstubAllGlobals();
});

function browserWith(getDirectory?: () => Promise<FileSystemDirectoryHandle>) {
  vi.stubGlobal("navigator", { storage: { getDirectory } });
}

test("sessions come back whole, the newest first, until they are deleted", async () => {
  const files = createMemoryFiles();
  browserWith(async () => files.root);
  expect(await storedSessions()).toEqual([]);
  expect(await storeSession("a", "first")).toBe(true);
  expect(await storeSession("b", "second")).toBe(true);
  files.put("sessions", "notes.txt", "no session");
  expect((await storedSessions()).map(({ sessionId, text }) => [sessionId, text])).toEqual([
    ["b", "second"],
    ["a", "first"],
  ]);
  await storeSession("a", "later");
  expect((await storedSessions()).map(({ sessionId, text }) => [sessionId, text])).toEqual([
    ["a", "later"],
    ["b", "second"],
  ]);
  await deleteSession("a");
  expect(files.list("sessions")).toEqual(["b.nadir", "notes.txt"]);
  // Gone already is as good as deleted.
  await deleteSession("a");
});

test("where the browser keeps nothing, nothing is kept and nothing fails", async () => {
  browserWith();
  expect(await storeSession("a", "text")).toBe(false);
  expect(await storedSessions()).toEqual([]);
  await deleteSession("a");
});
