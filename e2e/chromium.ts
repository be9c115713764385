/**
 * How the tests start Chromium: with WebGPU on the software adapter, so that every machine runs the GPU path.
 *
 * The flags make Dawn use SwiftShader through Vulkan, and ANGLE for WebGL alone: the page is put together without it,
 * which takes half as long. With fewer of them either WebGPU or the canvas fails.
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
      "--use-angle=swiftshader-webgl",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  };
}
