/** What the steps over patches have in common: three passes over the rows. */
export interface PatchFilter {
  /** First pass, every row from the top. */
  measure(row: Uint8Array): void;
  /** Second pass. */
  compare(row: Uint8Array): void;
  /** Third pass: the row is rewritten in place. */
  rewrite(row: Uint8Array): void;
  /** How many patches (holes) were taken in, after the second pass. */
  takenIn(): number;
}
