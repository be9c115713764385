import type { Page } from "@playwright/test";

/**
 * A picture of a journey, for people: nothing is read from it. Made when NADIR_SCREENS=1 asks for pictures; each costs
 * the software renderer more than most steps of a journey.
 */
export async function picture(page: Page, path: string): Promise<void> {
  if (process.env.NADIR_SCREENS !== "1") return;
  await page.screenshot({ path, ...(path.endsWith(".jpg") && { type: "jpeg", quality: 70 }) });
}
