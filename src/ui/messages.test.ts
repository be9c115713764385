import { describe, expect, test } from "vitest";
import { chooseLanguage } from "./language";
import { type Messages, messages } from "./messages";

describe("language of the page", () => {
  test("the first wanted language that exists is taken, whatever its region", () => {
    expect(chooseLanguage(["it", "fr-CA", "en"], ["en", "fr"])).toBe("fr");
    expect(chooseLanguage(["pt-BR"], ["en", "pt", "pt-BR"])).toBe("pt-BR");
    expect(chooseLanguage(["zh-Hans-CN"], ["en", "zh"])).toBe("zh");
  });

  test("who wants none of them is served the first", () => {
    expect(chooseLanguage(["tlh", ""], ["en", "fr"])).toBe("en");
    expect(chooseLanguage([], ["en"])).toBe("en");
  });

  test("a language that leaves out a text does not compile", () => {
    const { showAll, ...rest } = messages.legend;
    // @ts-expect-error: `showAll` is missing
    const incomplete: Messages = { ...messages, legend: rest };
    expect(incomplete.legend).not.toHaveProperty("showAll", showAll);
  });

  test("counts form their plural", () => {
    expect(messages.emptyState.opening(1)).toBe("Opening 1 file…");
    expect(messages.emptyState.opening(1200)).toBe("Opening 1\u2009200 files…");
  });
});
