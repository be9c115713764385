/** Firefox and WebKitGTK as Debian packages them, started on the display the step has and driven by WebDriver. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findMiniBrowser } from "../../scripts/other-browsers.mjs";
import { openOverHttp, openOverMarionette, type WebDriver } from "./web-driver";

/** WebGPU is behind a preference in Firefox for Linux, and a software adapter behind another; both are set here. */
const FIREFOX_PREFERENCES = {
  "dom.webgpu.enabled": true,
  "dom.webgpu.workers.enabled": true,
  "gfx.webgpu.ignore-blocklist": true,
  "webgl.force-enabled": true,
  "marionette.port": 0,
  "browser.download.folderList": 2,
  "app.normandy.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
};

const STARTS_WITHIN_MS = 60_000;

/** @param downloads Folder where files go that the page saves. */
export async function launchFirefox(downloads: string): Promise<WebDriver> {
  const profile = mkdtempSync(join(tmpdir(), "nadir-firefox-"));
  const preferences = { ...FIREFOX_PREFERENCES, "browser.download.dir": downloads };
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  writeFileSync(join(profile, "user.js"), lines.join("\n"));
  const firefox = spawn("firefox-esr", ["--marionette", "--no-remote", "--profile", profile], { stdio: "ignore" });
  const clear = () => rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  return driveChild(firefox, clear, async () => {
    const port = await hasCome(firefox, () => {
      const file = join(profile, "MarionetteActivePort");
      return existsSync(file) ? Number(readFileSync(file, "utf8")) || null : null;
    });
    return openOverMarionette(port, {});
  });
}

export async function launchWebKit(): Promise<WebDriver> {
  const port = await freePort();
  const server = spawn("WebKitWebDriver", [`--port=${port}`], { stdio: "ignore" });
  const address = `http://127.0.0.1:${port}`;
  return driveChild(
    server,
    () => undefined,
    async () => {
      await hasCome(server, () =>
        fetch(`${address}/status`).then(
          ({ ok }) => ok || null,
          () => null,
        ),
      );
      return openOverHttp(address, {
        browserName: "MiniBrowser",
        "webkitgtk:browserOptions": { binary: findMiniBrowser(), args: ["--automation"] },
      });
    },
  );
}

/** Opens a session with a started program; ends the program with the session, or when there is to be none. */
async function driveChild(child: ChildProcess, clear: () => void, open: () => Promise<WebDriver>): Promise<WebDriver> {
  const stop = async () => {
    for (let tries = 0; child.exitCode === null && child.signalCode === null && tries < 100; tries++) {
      if (tries % 50 === 0) child.kill(tries === 0 ? "SIGTERM" : "SIGKILL");
      await pause(100);
    }
    clear();
  };
  try {
    const driver = await open();
    return { send: driver.send, end: () => driver.end().finally(stop) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Asks until there is an answer. */
async function hasCome<Answer>(
  child: ChildProcess,
  ask: () => Answer | null | Promise<Answer | null>,
): Promise<Answer> {
  const end = performance.now() + STARTS_WITHIN_MS;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode} before it answered.`);
    await pause(100);
  }
  throw new Error(`${child.spawnfile} did not answer within ${STARTS_WITHIN_MS / 1000} s.`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}
