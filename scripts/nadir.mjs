#!/usr/bin/env node
/** `npx nadir` from a clone: the command line in TypeScript, as it stands. */
import { register } from "tsx/esm/api";

register();
await import("../src/cli/main.ts");
