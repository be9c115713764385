/**
 * What is promised about faults, and the tests that hold each promise: faults of the bench by group and beginning of
 * their name, other tests by file and words of their title.
 *
 * @typedef {{ group: string, fault: string } | { file: string, title: string }} Holder
 * @type {readonly { promise: string, held: readonly Holder[] }[]}
 */
export const PROMISES = [
  {
    promise:
      "No output takes the place of an input or of another output, whatever the paths are called, nor of a device",
    held: [
      { group: "command line: paths", fault: "output is the" },
      { group: "command line: paths", fault: "output is a device node" },
      { group: "command line: paths", fault: "one path for three outputs" },
      { group: "command line: paths", fault: "names that differ in case" },
    ],
  },
  {
    promise: "Outputs appear under their name only when they are whole; what a killed writer left is cleared",
    held: [
      { group: "command line: disks", fault: "full while outputs are written" },
      { group: "command line: paths", fault: "what a killed run left" },
      { group: "command line: paths", fault: "the temporary folder" },
    ],
  },
  {
    promise: "Going on with an earlier visit deletes nothing before its successor is written",
    held: [{ group: "storage", fault: "full while a visit is continued" }],
  },
  {
    promise: "A stored result that is missing, cut or changed is never shown, scored or saved",
    held: [
      { group: "storage", fault: "a finished mask" },
      { group: "storage", fault: "rows of a stopped run" },
      { group: "storage", fault: "a truth missing" },
    ],
  },
  {
    promise: "The browser is asked to persist, room is measured before a run, and a run that runs out of it pauses",
    held: [
      { group: "storage", fault: "less room than a run takes" },
      { group: "storage", fault: "full in the middle of a run" },
      { group: "storage", fault: "room for less than a run" },
    ],
  },
  {
    promise: "A worker that dies or falls silent is replaced and given what it had; nothing waits for ever",
    held: [
      { group: "workers", fault: "raster worker ended" },
      { group: "workers", fault: "engine worker ended" },
      { group: "workers", fault: "a raster that ends every worker" },
      { file: "e2e/stuck-engine.spec.ts", title: "a worker that hangs is replaced" },
    ],
  },
  {
    promise: "A device that is lost, out of memory or wrong ends in the identical mask or in a sentence",
    held: [
      { group: "device", fault: "lost" },
      { group: "device", fault: "adapter gone" },
      { file: "src/inference/gpu-pipeline.gpu.test.ts", title: "a device destroyed three times" },
    ],
  },
  {
    promise: "A pair whose geotransform cannot be inverted spoils no later opening",
    held: [{ group: "hostile files", fault: "a pair whose geotransform" }],
  },
  {
    promise: "Answers from an address are the file's own bytes in time, of one version, or an error",
    held: [
      { group: "remote server", fault: "replaced after opening" },
      { group: "remote server", fault: "ignores ranges" },
      { group: "remote server", fault: "answers from byte 0" },
      { group: "remote server", fault: "stalls" },
      { group: "remote server", fault: "always breaks off" },
    ],
  },
  {
    promise: "--resume goes on from nothing but rows the journal vouches for",
    held: [{ group: "command line: damaged folders", fault: "" }],
  },
  {
    promise: "Rows that are finished stay, whatever ended the run",
    held: [
      { group: "changed files", fault: "" },
      { group: "command line: engine", fault: "" },
      { group: "command line: disks", fault: "full after some rows" },
      { group: "command line: changed files", fault: "" },
      { group: "device", fault: "lost at every window" },
      { group: "storage", fault: "a cancelled run over a reload" },
      { group: "interleavings", fault: "" },
    ],
  },
  {
    promise: "Work on a sparse or huge raster is bounded and lets other questions in",
    held: [
      { group: "hostile files", fault: "122 bytes" },
      { file: "src/workers/tile-traffic.test.ts", title: "a scan reads nothing while a tile is being made" },
    ],
  },
  {
    promise: "What failed to load once is tried again",
    held: [
      { file: "e2e/stuck-engine.spec.ts", title: "WebAssembly that could not be loaded once" },
      { file: "src/core/load-once.test.ts", title: "a failure is not kept" },
    ],
  },
  {
    promise: "A folder that cannot be made is said, under /proc too",
    held: [
      { group: "command line: paths", fault: "output is a folder under /proc" },
      { group: "command line: paths", fault: "a list of scenes whose folder" },
    ],
  },
  {
    promise: "Disks, paths and arguments at fault end in a documented status with a sentence, before the run",
    held: [
      { group: "command line: disks", fault: "" },
      { group: "command line: paths", fault: "output is" },
      { group: "command line: paths", fault: "polygons in a missing folder" },
      { group: "command line: arguments", fault: "" },
      { group: "command line: room", fault: "" },
      { file: "src/cli/documentation.test.ts", title: "lists every exit status once" },
    ],
  },
  {
    promise: "A quota, a broken connection, a bad address and a failed write have sentences of their own",
    held: [
      { file: "src/actions/error-facts.test.ts", title: "storage is full" },
      { file: "src/io/remote-file.test.ts", title: "is no address" },
      { group: "storage", fault: "negative-write" },
    ],
  },
  {
    promise: "A manifest with any number of faults is refused at once, all kinds named",
    held: [{ group: "hostile files", fault: "a manifest with 250" }],
  },
  {
    promise: "Page and workers run under a Content-Security-Policy, not framed, with nosniff and no referrer",
    held: [
      { file: "e2e/headers.spec.ts", title: "page and workers carry a policy" },
      { file: "scripts/page-headers.test.ts", title: "docs/hosting.md gives" },
    ],
  },
];
