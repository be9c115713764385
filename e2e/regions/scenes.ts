/** Left column, first part: scenes and files that could not be used. */
import type { Locator, Page } from "@playwright/test";

export class ScenesRegion {
  readonly root: Locator;

  constructor(private readonly page: Page) {
    this.root = page.getByRole("region", { name: "Scenes" });
  }

  card(name: string | RegExp): Locator {
    return this.root.getByRole("article", { name });
  }

  get cards(): Locator {
    return this.root.getByRole("article");
  }

  /** Sentences beside files that were refused. */
  get faults(): Locator {
    return this.root.getByRole("alert");
  }

  /** Adds files as the user does with the button. */
  async add(paths: readonly string[]): Promise<void> {
    await this.page.locator("[data-role=file-input]").setInputFiles([...paths]);
  }
}
