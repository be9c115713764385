/** Left column, second part: models, their settings and the runs. */
import { expect, type Locator, type Page } from "@playwright/test";

export type Backend = "auto" | "webgpu" | "wasm";

export class RunsRegion {
  readonly models: Locator;
  readonly runs: Locator;

  constructor(private readonly page: Page) {
    this.models = page.getByRole("region", { name: "Models" });
    this.runs = page.getByRole("region", { name: "Runs" });
  }

  /** Leaves exactly the named models chosen. */
  async choose(...names: string[]): Promise<void> {
    await expect(this.models.getByRole("checkbox").first()).toBeVisible();
    for (const box of await this.models.getByRole("checkbox").all()) {
      const wanted = names.includes((await box.getAttribute("aria-label")) ?? "");
      if ((await box.isChecked()) !== wanted) {
        await box.click();
      }
    }
  }

  async settings(change: { backend?: Backend; overlapPercent?: number; scale?: "auto" | "image" }): Promise<void> {
    await this.models.getByRole("button", { name: "Settings…" }).click();
    const form = this.page.getByRole("dialog", { name: "Run settings" });
    if (change.backend !== undefined) {
      await form.getByLabel("Runs on").selectOption(change.backend);
    }
    if (change.scale !== undefined) {
      await form.getByLabel("Resolution").selectOption(change.scale);
    }
    if (change.overlapPercent !== undefined) {
      const slider = form.getByRole("slider", { name: "Overlap" });
      await slider.focus();
      await this.page.keyboard.press("Home");
      for (let step = 0; step < change.overlapPercent / 5; step++) {
        await this.page.keyboard.press("ArrowRight");
      }
    }
    await this.page.keyboard.press("Escape");
    await expect(form).toBeHidden();
  }

  card(name: string | RegExp): Locator {
    return this.runs.getByRole("article", { name });
  }

  /** Starts the chosen models; returns how many runs there were before. */
  async start(): Promise<number> {
    const before = await this.runs.getByRole("article").count();
    await this.page.getByRole("button", { name: /^Run (model|\d+ models)$/ }).click();
    await expect.poll(() => this.runs.getByRole("article").count()).toBeGreaterThan(before);
    return before;
  }

  /** Starts the chosen models and waits until all runs are settled; returns the ids of the runs. */
  async runToEnd(timeout = 240_000): Promise<string[]> {
    return this.ended(await this.start(), timeout);
  }

  /** Waits until all runs are settled. @param before Runs whose ids are not wanted. */
  async ended(before = 0, timeout = 240_000): Promise<string[]> {
    const unsettled = this.runs.locator("[data-status=queued], [data-status=running]");
    await expect(unsettled).toHaveCount(0, { timeout });
    const cards = (await this.runs.getByRole("article").all()).slice(before);
    return Promise.all(cards.map(async (card) => (await card.getAttribute("data-run")) ?? ""));
  }
}
