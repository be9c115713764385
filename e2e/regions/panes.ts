/** The middle: panes, their chips and read-outs. */
import { expect, type Locator, type Page } from "@playwright/test";
import { SOON } from "./soon";

export class PanesRegion {
  readonly root: Locator;

  constructor(private readonly page: Page) {
    this.root = page.getByRole("region", { name: "Map panes" });
  }

  pane(number: number): Locator {
    return this.root.getByRole("region", { name: `Pane ${number}` });
  }

  async count(count: 1 | 2 | 4 | 6): Promise<void> {
    await this.page.getByRole("radio", { name: String(count), exact: true }).click();
    await expect(this.root.getByRole("region")).toHaveCount(count);
  }

  /** Chooses what a pane shows by the menu of its chip; with several runs, of the first one that has the item. */
  async show(number: number, item: string): Promise<void> {
    await this.pane(number).getByRole("button", { name: /shows/ }).click();
    const wanted = this.page.getByRole("menuitem", { name: item, exact: true });
    if ((await wanted.count()) === 0) {
      await this.openRunWith(wanted);
    }
    await wanted.first().click();
  }

  /** Opens the menus of runs one after the other, or the newest run's first, until one has the item. */
  private async openRunWith(wanted: Locator, order: "oldest" | "newest" = "oldest"): Promise<void> {
    const runs = await this.page.getByRole("menuitem", { expanded: false }).all();
    for (const run of order === "oldest" ? runs : runs.reverse()) {
      await run.press("ArrowRight");
      const menu = this.page.getByRole("menu").nth(1);
      await expect(menu).toBeVisible();
      if ((await wanted.count()) > 0) return;
      await this.page.keyboard.press("ArrowLeft");
      await expect(menu).toHaveCount(0);
    }
    throw new Error("no run offers what is wanted");
  }

  /** Has the response map of one class computed for what the pane shows: of the newest run with that menu. */
  async showProbability(number: number, className: string): Promise<void> {
    await this.pane(number).getByRole("button", { name: /shows/ }).click();
    const probability = this.page.getByRole("menuitem", { name: /^Probability of one class/ });
    if ((await probability.count()) === 0) {
      await this.openRunWith(probability, "newest");
    }
    await probability.last().click();
    await this.page.getByRole("menuitem", { name: className, exact: true }).last().click();
  }

  /** Draws an area of interest between two places, each as fractions of the pane. */
  async drawArea(number: number, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    await this.page.keyboard.press("a");
    await expect(this.root.getByRole("status")).toContainText("Drag a rectangle");
    await this.hover(number, ...from);
    await this.page.mouse.down();
    await this.hover(number, (from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
    await this.hover(number, ...to);
    await this.page.mouse.up();
    await expect(this.pane(number).locator("[data-role=area]")).toBeVisible();
  }

  /** Waits until no tile is being loaded. */
  async settled(): Promise<void> {
    await this.page.waitForFunction(() => window.nadir?.tiles().settled ?? false, undefined, SOON);
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  }

  /** Moves the pointer to a fraction of a pane. */
  async hover(number: number, x: number, y: number): Promise<void> {
    const box = await this.pane(number).boundingBox();
    if (box !== null) {
      await this.page.mouse.move(box.x + x * box.width, box.y + y * box.height);
    }
  }
}
