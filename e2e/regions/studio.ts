/** The whole page: opens it, watches what it asks the network for, and gives its regions. */
import { type Download, expect, type Page } from "@playwright/test";
import type { NadirBridge } from "../../src/ui/bridge";
import { cropSample } from "../judge";
import { serveLightModel } from "../light-model";
import { servePapersContract } from "../papers-contract";
import { EvaluationRegion } from "./evaluation";
import { PanesRegion } from "./panes";
import { RunsRegion } from "./runs";
import { ScenesRegion } from "./scenes";
import { SOON } from "./soon";

declare global {
  interface Window {
    nadir?: NadirBridge;
  }
}

export class StudioPage {
  readonly scenes: ScenesRegion;
  readonly runs: RunsRegion;
  readonly panes: PanesRegion;
  readonly evaluation: EvaluationRegion;
  /** Every address the page asked for. */
  readonly requests: string[] = [];
  /** Errors of the page and of its console, content-security violations among them. */
  readonly errors: string[] = [];

  /** @param models A light network in the nano's place, the shipped ones, or these behind the papers' contract. */
  constructor(
    readonly page: Page,
    private readonly models: "light" | "shipped" | "papers" = "light",
  ) {
    this.scenes = new ScenesRegion(page);
    this.runs = new RunsRegion(page);
    this.panes = new PanesRegion(page);
    this.evaluation = new EvaluationRegion(page);
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") {
        this.errors.push(message.text());
      }
    });
  }

  async open(): Promise<void> {
    if (this.models === "light") await serveLightModel(this.page.context());
    if (this.models === "papers") await servePapersContract(this.page.context());
    await this.page.goto("./");
    await expect(this.page.getByRole("heading", { name: "Nadir" })).toBeVisible();
  }

  async openSample(): Promise<void> {
    await this.page.getByRole("button", { name: "Try the sample scene" }).click();
    await expect(this.scenes.cards).toHaveCount(1);
    await this.truthReady();
  }

  /** Opens a corner of the sample: quick to run over. */
  async openCrop(folder: string, sidePx = 320): Promise<void> {
    await this.scenes.add(cropSample(folder, sidePx));
    await expect(this.scenes.cards).toHaveCount(1);
    await this.truthReady();
  }

  /** From the empty page to a finished run of `modelName` over a corner of the sample, on the CPU; the run's id. */
  async runCrop(modelName: string, folder: string, sidePx?: number): Promise<string> {
    await this.open();
    await this.openCrop(folder, sidePx);
    await this.runs.choose(modelName);
    await this.runs.settings({ backend: "wasm", overlapPercent: 0 });
    const [runId = ""] = await this.runs.runToEnd();
    return runId;
  }

  /** Waits until the truth of the selected scene was decoded. */
  async truthReady(): Promise<void> {
    await this.page.waitForFunction(
      () => window.nadir?.state().scenes.records.every(({ truth }) => truth.status !== "decoding"),
      undefined,
      SOON,
    );
  }

  /** Chooses a format of the menu's first run, or of its last. */
  async chooseExport(item: string | RegExp, which: "first" | "last" = "first"): Promise<void> {
    await this.page.getByRole("button", { name: "Export…" }).click();
    // The project's formats stand below those of the runs.
    const whats = await this.page.getByRole("menuitem", { expanded: false }).all();
    await whats.at(which === "first" ? 0 : -2)!.press("ArrowRight");
    await this.page.getByRole("menu").last().getByRole("menuitem", { name: item }).first().click();
  }

  /** Saves the export of the first run whose menu item starts with `item`; all files of it, by extension. */
  async export(item: string, folder: string): Promise<Record<string, string>> {
    const downloads: Download[] = [];
    const collect = (download: Download) => downloads.push(download);
    this.page.on("download", collect);
    await this.chooseExport(item);
    await expect.poll(() => downloads.length, { timeout: 60_000 }).toBeGreaterThan(1);
    await expect(this.page.getByText(/^Saved /).last()).toBeVisible();
    this.page.off("download", collect);
    const saved: Record<string, string> = {};
    for (const download of downloads) {
      const name = download.suggestedFilename();
      const path = `${folder}/${name}`;
      await download.saveAs(path);
      saved[name.split(".").at(-1) ?? ""] = path;
    }
    return saved;
  }

  /** Every request of the page, workers included, stayed on its own origin. */
  expectNothingSent(): void {
    const origin = new URL(this.page.url()).origin;
    const foreign = this.requests.filter((url) => /^https?:/.test(url) && new URL(url).origin !== origin);
    expect(foreign).toEqual([]);
    expect(this.requests.length).toBeGreaterThan(3);
  }
}
