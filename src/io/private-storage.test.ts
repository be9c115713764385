/** What is asked of a browser's storage that answers late, never, or with less than it was given. */
import { describe, expect, test } from "vitest";
import { askStorage, writeWhole } from "./private-storage";

const IMPATIENT = { firstWaitMs: 1, times: 3 };
const never = () => new Promise<never>(() => undefined);
const refusal = (name: string) => new DOMException(name, name);

describe("a question to the storage", () => {
  test("that stays open is asked again, and a late answer is given back", async () => {
    const late: string[] = [];
    let answerLate: (answer: string) => void = () => undefined;
    const first = new Promise<string>((answer) => {
      answerLate = answer;
    });
    const asked: (() => Promise<string>)[] = [() => first, async () => "second"];
    expect(
      await askStorage(
        "x",
        () => asked.shift()!(),
        (answer) => late.push(answer),
        IMPATIENT,
      ),
    ).toBe("second");
    answerLate("first");
    await first;
    expect(late).toEqual(["first"]);
  });

  test("that is never answered ends with a sentence", async () => {
    let times = 0;
    const ask = () => {
      times++;
      return never();
    };
    await expect(askStorage("result a", ask, undefined, IMPATIENT)).rejects.toMatchObject({
      facts: { code: "storage", subject: "result a", found: expect.stringContaining("does not answer") },
    });
    expect(times).toBe(IMPATIENT.times);
  });

  test("is asked again after a refusal that may pass, not after one that will not", async () => {
    const refused = [refusal("NoModificationAllowedError")];
    const ask = async () => {
      const error = refused.shift();
      if (error !== undefined) throw error;
      return "taken";
    };
    expect(await askStorage("x", ask, undefined, IMPATIENT)).toBe("taken");
    refused.push(refusal("NotFoundError"));
    await expect(askStorage("x", ask, undefined, IMPATIENT)).rejects.toMatchObject({ name: "NotFoundError" });
  });
});

describe("writing", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  /** A handle that answers writes with these numbers, one after the other. */
  const handle = (...written: number[]) =>
    ({ write: () => written.shift() }) as unknown as Parameters<typeof writeWhole>[0];

  test("counts when all bytes are written, at the second attempt at the latest", () => {
    writeWhole(handle(4), bytes, 0, "x");
    writeWhole(handle(1, 4), bytes, 0, "x");
  });

  test("too little is a full storage, a negative number a failure, also as Chromium hands it on", () => {
    expect(() => writeWhole(handle(1, 2), bytes, 0, "x")).toThrow("storage is full");
    expect(() => writeWhole(handle(-4, -4), bytes, 0, "x")).toThrow("code -4");
    expect(() => writeWhole(handle(4294967292, 4294967292), bytes, 0, "x")).toThrow("code -4");
  });
});
