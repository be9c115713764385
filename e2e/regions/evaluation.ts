/** The right column: scores, confusion, areas. */
import type { Locator, Page } from "@playwright/test";

export class EvaluationRegion {
  readonly root: Locator;

  constructor(page: Page) {
    this.root = page.getByRole("region", { name: "Evaluation" });
  }

  async open(
    tab: "Scores" | "Confusion" | "Calibration" | "Areas" | "Accuracy" | "Changes" | "Parcels" | "Cost" | "Report",
  ): Promise<void> {
    await this.root.getByRole("tab", { name: tab }).click();
  }

  /** Text of a total, as shown. */
  total(id: "miou-scored" | "mf1-scored" | "miou-all" | "mf1-all" | "oa" | "kappa", run = 0): Locator {
    return this.root.locator(`[data-total=${id}] td`).nth(run + 1);
  }

  cell(row: number, column: number): Locator {
    return this.root.locator(`[data-cell="${row},${column}"]`);
  }
}
