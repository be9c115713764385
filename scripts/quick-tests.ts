/** The unit tests of the inner loop: those that start no other program, run no network and read no real raster. */
import { readdirSync, readFileSync } from "node:fs";

const SLOWER =
  /\/(command-line|run-python|test-data|studio-in-node|node-machine|tiny-node-backend|zoo-in-node|lives)"|node:child_process|node-network|onnxruntime/;

/** Paths from the project's root. */
export function quickTests(): readonly string[] {
  return ["src", "scripts"]
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map(
        (path) => `${folder}/${path.replaceAll("\\", "/")}`,
      ),
    )
    .filter((path) => /\.test\.tsx?$/.test(path) && !/\.(gpu|slow)\./.test(path))
    .filter((path) => !SLOWER.test(readFileSync(path, "utf8")));
}
