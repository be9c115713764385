/** Shipped networks behind the contract of the papers: what plain Python computes too, at the image's own pixels. */
import type { BrowserContext } from "@playwright/test";
import { manifestAsInThePapers } from "../src/testing/as-in-the-papers";
import { zooModel } from "./zoo";

export async function servePapersContract(context: BrowserContext): Promise<void> {
  await context.route("**/zoo/*.nadir.json", (route) => {
    const id = new URL(route.request().url()).pathname.split("/").at(-1)!.replace(".nadir.json", "");
    return route.fulfill({ json: manifestAsInThePapers(zooModel(id)) });
  });
}
