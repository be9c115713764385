import { describe, expect, test } from "vitest";
import { NadirError } from "../core/errors";
import { errorFacts } from "./studio";

describe("what browsers throw", () => {
  test.each([
    [new DOMException("The quota has been exceeded.", "QuotaExceededError"), "storage is full"],
    [new DOMException("The requested file could not be read", "NotReadableError"), "can no longer be read"],
    [new TypeError("Failed to fetch"), "connection broke off"],
    [new TypeError("NetworkError when attempting to fetch resource."), "connection broke off"],
    [new TypeError("Load failed"), "connection broke off"],
    [new TypeError("Failed to fetch dynamically imported module: https://a/b.js"), "connection broke off"],
    [new DOMException("A network error occurred.", "NetworkError"), "connection broke off"],
  ])("%s is told in a plain sentence", (error, sentence) => {
    expect(errorFacts(error).found).toContain(sentence);
    expect(errorFacts(error).next).not.toBe("");
  });

  test("a sentence of our own stays, and a bug is told as one", () => {
    const own = new NadirError({ code: "storage", found: "Found.", needed: "Needed.", next: "Next." });
    expect(errorFacts(own)).toBe(own.facts);
    expect(errorFacts(new TypeError("x is undefined")).found).toContain(
      "Something unexpected happened: x is undefined",
    );
    expect(errorFacts(undefined).found).toContain("Something unexpected happened");
  });
});
