/**
 * Vite plugins: `models/zoo` beside the page as `zoo/`, with an index of its manifests, in dev and in the build; and
 * `offline.json`, the list of all files of a build, for keeping them on the user's computer.
 *
 * In the dev server it also takes the Content-Security-Policy out of index.html: React's refresh needs an inline
 * script there. The built page keeps it.
 */
import { createReadStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, normalize, relative } from "node:path";
import type { Plugin } from "vite";

const ZOO = "models/zoo";
const SERVED = /\.(json|onnx|bin|data|onnx_data)$/;

function zooFiles(): string[] {
  return existsSync(ZOO)
    ? readdirSync(ZOO).filter((name) => SERVED.test(name) && statSync(join(ZOO, name)).isFile())
    : [];
}

function zooIndex(): string {
  return JSON.stringify({ manifests: zooFiles().filter((name) => name.endsWith(".nadir.json")) });
}

export function modelZoo(): Plugin[] {
  return [
    {
      name: "nadir-zoo-serve",
      apply: "serve",
      configureServer(server) {
        server.middlewares.use((request, response, next) => {
          const path = decodeURIComponent((request.url ?? "").split("?")[0] ?? "");
          const name = path.startsWith("/zoo/") ? normalize(path.slice("/zoo/".length)) : null;
          if (name === "index.json") {
            response.setHeader("Content-Type", "application/json").end(zooIndex());
          } else if (name !== null && zooFiles().includes(name)) {
            response.setHeader(
              "Content-Type",
              name.endsWith(".json") ? "application/json" : "application/octet-stream",
            );
            createReadStream(join(ZOO, name)).pipe(response);
          } else {
            next();
          }
        });
      },
      transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ""),
    },
    {
      name: "nadir-zoo-build",
      apply: "build",
      generateBundle() {
        this.emitFile({ type: "asset", fileName: "zoo/index.json", source: zooIndex() });
        for (const name of zooFiles()) {
          this.emitFile({ type: "asset", fileName: `zoo/${name}`, source: readFileSync(join(ZOO, name)) });
        }
      },
    },
    {
      name: "nadir-offline-list",
      apply: "build",
      writeBundle({ dir }) {
        if (dir === undefined) {
          return;
        }
        const files = readdirSync(dir, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
          .filter((name) => name !== "sw.js" && name !== "offline.json");
        writeFileSync(join(dir, "offline.json"), JSON.stringify({ files: files.sort() }));
      },
    },
  ];
}
