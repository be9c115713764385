/** End-to-end tests on the built page, served with the same headers as `npm start`. */
import { defineConfig } from "@playwright/test";
import { chromiumLaunchOptions } from "./e2e/chromium.ts";

/** `NADIR_E2E_PORT` lets two checkouts test beside each other. */
const PORT = Number(process.env.NADIR_E2E_PORT ?? 4174);

const SWEEPS = /(screens|huge|many-tiles)\.spec\.ts$/;
/** Driven by WebDriver, each in a browser that its step has looked for (`scripts/other-browsers.mjs`). */
const OTHER_BROWSERS = /browsers\/\w+\.spec\.ts$/;
/** Its journeys are short in the one project and many in the other. */
const REPEATED = /storage\.spec\.ts$/;

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  timeout: 300_000,
  expect: { timeout: 60_000 },
  // Every test has a browser context, and with it a storage, of its own; they share nothing but the server.
  fullyParallel: true,
  workers: 2,
  projects: [
    { name: "studio", testIgnore: [SWEEPS, OTHER_BROWSERS] },
    // Pictures of every state with axe on each, and a scene whose memory is measured: one at a time, on request.
    { name: "sweeps", testMatch: [SWEEPS, REPEATED], workers: 1 },
    { name: "firefox", testMatch: /browsers\/firefox\.spec\.ts$/, workers: 1, timeout: 1_800_000 },
    { name: "webkit", testMatch: /browsers\/webkit\.spec\.ts$/, workers: 1, timeout: 1_800_000 },
  ],
  // On a shared machine a test may starve once; Playwright then names it flaky. Twice is a failure.
  retries: process.env.CI === undefined ? 0 : 1,
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"]],
  use: {
    baseURL: `http://localhost:${PORT}/`,
    viewport: { width: 1440, height: 900 },
    // What cannot be clicked for so long never can be.
    actionTimeout: 60_000,
    launchOptions: chromiumLaunchOptions(),
    // Recording every step costs a tenth of the time; what fails is recorded when it is tried again.
    trace: "on-first-retry",
  },
  webServer: {
    command: `npx vite preview --port ${PORT} --strictPort`,
    port: PORT,
    reuseExistingServer: false,
  },
});
