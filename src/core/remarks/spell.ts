/** Remarks as sentences. */
import type { Language } from "../vocabulary/languages";
import type { Remark, RemarkWords, Sentence } from "./remark";
import { ENGLISH } from "./remarks.en";

/** Languages other than English are fetched by whoever reads them. */
export async function remarkWords(language: Language): Promise<RemarkWords> {
  switch (language) {
    case "en":
      return ENGLISH;
    case "de":
      return (await import("./remarks.de")).GERMAN;
    case "fr":
      return (await import("./remarks.fr")).FRENCH;
  }
}

export function spell(sentence: Sentence, words: RemarkWords): string {
  if (typeof sentence === "string") return sentence;
  const spelled = words[sentence.say] as (values: Remark, spellInner: (inner: Remark) => string) => string;
  return spelled(sentence, (inner) => spell(inner, words));
}

/** For files that programs read, and for errors. */
export function spellInEnglish(sentence: Sentence): string {
  return spell(sentence, ENGLISH);
}
