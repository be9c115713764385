/**
 * The studio in a browser that Playwright does not drive: the same clicks by accessible names, through WebDriver, and what
 * the pixels cannot tell through the page's bridge.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type {} from "../../src/ui/bridge";
import type { WebDriver } from "./web-driver";

/** Under which WebDriver hands elements out. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const ENTER = "\uE007";
const ESCAPE = "\uE00C";
const HOME = "\uE011";
const STANDS_STILL_MS = 240_000;

export interface RunTold {
  readonly id: string;
  readonly status: string;
  readonly error: string | null;
  readonly backend: string | null;
  /** What the line about recomputed windows says; empty where there is none. */
  readonly windowCheck: string;
  readonly selfCheck: string;
  readonly seconds: number;
  readonly histogram: readonly number[];
}

export interface ScoresTold {
  readonly counts: readonly number[];
  readonly overallAccuracy: number | null;
  readonly colours: readonly (readonly number[])[];
  readonly maskToClass: readonly (number | null)[];
}

export class StudioElsewhere {
  constructor(private readonly driver: WebDriver) {}

  async open(address: string): Promise<void> {
    await this.driver.send("setTimeouts", { script: 280_000, implicit: 60_000, pageLoad: 60_000 });
    await this.driver.send("setWindow", { width: 1440, height: 900 });
    await this.driver.send("go", { url: address });
    await this.evaluate(keepTrouble);
  }

  /** Runs a function in the page; it sees its arguments alone. */
  async evaluate<Args extends readonly unknown[], Result>(
    task: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result> {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve().then(() => (${task.toString()})(...[...arguments].slice(0, -1)))
        .then((value) => done({ value: value ?? null }), (error) => done({ error: String(error) }));`;
    const told = (await this.driver.send("runScript", { script, args })) as { value: Result } | { error: string };
    if ("error" in told) throw new Error(told.error);
    return told.value;
  }

  async openSample(): Promise<void> {
    await this.click("//button[normalize-space()='Try the sample scene']");
    await this.sceneReady();
  }

  /** Adds files as the user does with the button. */
  async add(paths: readonly string[]): Promise<void> {
    const input = await this.find("//*[@data-role='file-input']");
    await this.driver.send("type", { id: input, text: paths.join("\n"), value: [...paths.join("\n")] });
  }

  async sceneReady(): Promise<void> {
    await this.until("a scene with its truth", async () => {
      const statuses = await this.evaluate(() => window.nadir!.state().scenes.records.map(({ truth }) => truth.status));
      return statuses.length > 0 && statuses.every((status) => status !== "decoding");
    });
  }

  /** Leaves exactly the named models chosen. */
  async choose(...names: string[]): Promise<void> {
    const box = "//section[@aria-label='Models']//*[@role='checkbox']";
    await this.find(box);
    const wrong = await this.evaluate(
      (wanted: readonly string[]) =>
        [...document.querySelectorAll("section[aria-label=Models] [role=checkbox]")]
          .map((found) => ({ name: found.ariaLabel ?? "", isOn: found.ariaChecked === "true" }))
          .filter(({ name, isOn }) => wanted.includes(name) !== isOn)
          .map(({ name }) => name),
      names,
    );
    for (const name of wrong) await this.click(`${box}[@aria-label='${name}']`);
  }

  async settings({ backend, overlapPercent }: { backend: "wasm" | "webgpu"; overlapPercent?: 0 }): Promise<void> {
    await this.click("//button[normalize-space()='Settings…']");
    await this.click(`//option[@value='${backend}']`);
    if (overlapPercent === 0) await this.type("//*[@role='slider' and @aria-label='Overlap']", HOME);
    await this.press(ESCAPE);
  }

  /** Starts the chosen model and waits until its run is settled. */
  async runToEnd(): Promise<RunTold> {
    const before = await this.evaluate(() => window.nadir!.runs().length);
    await this.click("//button[@aria-label='Run model']");
    const ended = async () => {
      const statuses = await this.evaluate(() => window.nadir!.runs().map(({ state }) => state.status));
      return statuses.length > before && statuses.every((status) => status !== "queued" && status !== "running");
    };
    await this.until("the end of the run", ended, () =>
      this.evaluate(() => JSON.stringify(window.nadir!.state().progress)),
    );
    return this.evaluate(tellRun, before);
  }

  /** Scores of a finished run against the scene's truth. */
  async scores(runId: string): Promise<ScoresTold> {
    await this.until("scores", () => this.evaluate((id) => window.nadir!.scores(id) !== null, runId));
    return this.evaluate(tellScores, runId);
  }

  /** Whatever the page and its console called an error since it was opened, and addresses it asked for elsewhere. */
  trouble(): Promise<readonly string[]> {
    return this.evaluate(() => (window as unknown as { trouble: string[] }).trouble);
  }

  /** Addresses beyond the page's own that it asked for. */
  foreignRequests(): Promise<readonly string[]> {
    return this.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => name)
        .filter((name) => /^https?:/.test(name) && new URL(name).origin !== location.origin),
    );
  }

  /** Text of the element with a `data-role`. */
  async text(role: string): Promise<string> {
    const element = await this.find(`//*[@data-role='${role}']`);
    return (await this.driver.send("text", { id: element })) as string;
  }

  /** Saves the newest run as a GeoTIFF; its path. The page's own saving goes on as it would. */
  async exportTiff(folder: string): Promise<string> {
    await this.evaluate(keepSaved);
    await this.click("//button[normalize-space()='Export…']");
    await this.click("//*[@role='menuitem'][@aria-haspopup='menu']");
    // A pointer that jumps from one level to the next, as WebDriver's does, closes the second one in Firefox.
    await this.type("//*[@role='menuitem'][starts-with(normalize-space(), 'GeoTIFF')]", ENTER);
    const saved = () => this.evaluate(() => Object.keys((window as unknown as Saving).saved));
    const isTiff = (name: string) => name.endsWith(".tif");
    await this.until("a saved GeoTIFF", async () => (await saved()).some(isTiff));
    const name = (await saved()).find(isTiff)!;
    const base64 = await this.evaluate((key: string) => (window as unknown as Saving).saved[key]!, name);
    const path = join(folder, `elsewhere-${name}`);
    writeFileSync(path, Buffer.from(base64, "base64"));
    return path;
  }

  async picture(path: string): Promise<void> {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.from((await this.driver.send("screenshot")) as string, "base64"));
  }

  async click(xpath: string): Promise<void> {
    await this.driver.send("click", { id: await this.find(xpath) });
  }

  async type(xpath: string, text: string): Promise<void> {
    await this.driver.send("type", { id: await this.find(xpath), text, value: [...text] });
  }

  /**
   * Asks until it holds.
   *
   * @param movement Whatever it tells anew is another reason to wait: a busy machine may take its time.
   */
  async until(what: string, holds: () => Promise<boolean>, movement: () => Promise<string> = async () => "") {
    let told = "";
    let end = performance.now() + STANDS_STILL_MS;
    while (!(await holds())) {
      const tells = await movement();
      if (tells !== told) end = performance.now() + STANDS_STILL_MS;
      told = tells;
      if (performance.now() > end) throw new Error(`Waited in vain for ${what}. ${told}`);
      await pause(500);
    }
  }

  private async find(xpath: string): Promise<string> {
    const found = await this.driver.send("find", { using: "xpath", value: xpath });
    return (found as Record<string, string>)[ELEMENT]!;
  }

  private async press(key: string): Promise<void> {
    const actions = ["keyDown", "keyUp"].map((type) => ({ type, value: key }));
    await this.driver.send("act", { actions: [{ type: "key", id: "keyboard", actions }] });
  }
}

/** In the page: keeps what goes wrong where `trouble` finds it. */
function keepTrouble(): void {
  const trouble: string[] = [];
  Object.assign(window, { trouble });
  window.addEventListener("error", ({ message }) => trouble.push(message));
  window.addEventListener("unhandledrejection", ({ reason }) => trouble.push(String(reason)));
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    trouble.push(`${violatedDirective} ${blockedURI}`),
  );
}

interface Saving {
  /** By file name, as base64. */
  saved: Record<string, string>;
}

/** In the page: keeps a copy of every file that a link saves. The links never stand in the document. */
function keepSaved(): void {
  const saved: Saving["saved"] = {};
  Object.assign(window, { saved });
  const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
    const { download, href } = this;
    click.call(this);
    if (download === "") return;
    void fetch(href)
      .then((answer) => answer.arrayBuffer())
      .then((bytes) => {
        saved[download] = btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
      });
  };
}

/** In the page: what became of the run at `index`. */
async function tellRun(index: number): Promise<RunTold> {
  const { id, state } = window.nadir!.runs()[index]!;
  const text = (role: string) => document.querySelector(`[data-role=${role}]`)?.textContent ?? "";
  return {
    id,
    status: state.status,
    error: state.status === "failed" ? JSON.stringify(state.error) : null,
    backend: document.querySelector("[data-role=backend]")?.getAttribute("data-kind") ?? null,
    windowCheck: document.querySelector(`[data-run="${id}"] [data-role=window-check]`)?.textContent ?? "",
    selfCheck: text("self-check"),
    seconds: state.status === "done" ? state.result.seconds : Number.NaN,
    histogram: await window.nadir!.histogram(id),
  };
}

/** In the page: what the run at hand was scored as. */
function tellScores(runId: string): ScoresTold {
  const { counts, all } = window.nadir!.scores(runId)!;
  const evaluation = window.nadir!.state().evaluation.byRun[runId]!;
  if (evaluation.status !== "ready") throw new Error(`The evaluation is ${evaluation.status}.`);
  return {
    counts,
    overallAccuracy: all.overallAccuracy,
    colours: evaluation.classes.map(({ colour }) => [...colour]),
    maskToClass: [...evaluation.maskToClass],
  };
}
