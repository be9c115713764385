import { expect, test } from "vitest";
import { closingAll } from "./closing";

test("everything that was opened is closed, the newest first, before a failure comes out", async () => {
  const told: string[] = [];
  const opened = (name: string) => ({ close: async () => void told.push(name) });
  const failure = closingAll(async (keep) => {
    keep(opened("one"));
    keep(opened("two"));
    throw new RangeError("the third cannot be opened");
  });
  await expect(failure).rejects.toThrow("the third cannot be opened");
  expect(told).toEqual(["two", "one"]);
  expect(await closingAll(async (keep) => keep({ answer: 42, close: () => undefined }).answer)).toBe(42);
});
