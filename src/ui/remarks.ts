/** Remarks in the language of this page. */
import type { NadirErrorFacts } from "../core/errors";
import { spellRefusal } from "../core/remarks/refusal";
import type { Sentence } from "../core/remarks/remark";
import { remarkWords, spell } from "../core/remarks/spell";
import { language } from "./language";

const words = await remarkWords(language);

export function spelled(sentence: Sentence): string {
  return spell(sentence, words);
}

/** A fault as this page says it. */
export function spelledFault(facts: NadirErrorFacts): NadirErrorFacts {
  return spellRefusal(facts, words);
}

export function said(sentence: Sentence | null): string | null {
  return sentence === null ? null : spelled(sentence);
}
