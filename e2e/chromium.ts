/**
 * How the tests start Chromium: with WebGPU on the software adapter, so that every machine runs the GPU path.
 *
 * The flags make Dawn and ANGLE use SwiftShader through Vulkan; with fewer of them either WebGPU or its canvas fails.
 */
import { findChromium } from "../scripts/setup.mjs";

export function chromiumLaunchOptions(): { args: string[]; executablePath?: string; channel?: string } {
  const executablePath = findChromium();
  return {
    ...(executablePath === undefined ? { channel: "chromium" } : { executablePath }),
    args: [
      "--no-sandbox",
      "--enable-unsafe-webgpu",
      "--enable-features=Vulkan",
      "--use-vulkan=swiftshader",
      "--use-angle=swiftshader",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  };
}
