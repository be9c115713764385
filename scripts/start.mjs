/** `npm start`: installs what is missing, builds the studio, serves it on localhost and prints the address. */
import { checkNode, ensureNodePackages, fail, run } from "./setup.mjs";

checkNode();
ensureNodePackages();
if (!run("npx", ["vite", "build", "--logLevel", "warn"])) {
  fail("The studio could not be built; the reason stands above.");
}
run("npx", ["vite", "preview", ...process.argv.slice(2)]);
