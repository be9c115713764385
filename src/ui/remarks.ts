/** Remarks in the language of this page. */
import type { Sentence } from "../core/remarks/remark";
import { remarkWords, spell } from "../core/remarks/spell";
import { language } from "./language";

const words = await remarkWords(language);

export function spelled(sentence: Sentence): string {
  return spell(sentence, words);
}

export function said(sentence: Sentence | null): string | null {
  return sentence === null ? null : spelled(sentence);
}
