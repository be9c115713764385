// Run an ONNX file on onnxruntime-node's WebGPU provider and save its output.
//
//   node webgpu_run.mjs model.onnx feeds.json output.bin [--allow-cpu]
//
// feeds.json: { name: { shape, file } }, files of little-endian float32 beside it. Kernels are logged
// by the runtime itself to stderr; the line RUN_MARK stands before those of the one run.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const RUN_MARK = '=== run ===';
const [model, feedsFile, outputFile, ...flags] = process.argv.slice(2);
const ort = createRequire(join(process.env.NADIR_ROOT, 'package.json'))('onnxruntime-node');

ort.env.logLevel = 'info';
const session = await ort.InferenceSession.create(model, {
  executionProviders: ['webgpu'],
  logSeverityLevel: 1,
  extra: { session: { disable_cpu_ep_fallback: flags.includes('--allow-cpu') ? '0' : '1' } },
});
const feeds = {};
for (const [name, entry] of Object.entries(JSON.parse(readFileSync(feedsFile, 'utf8')))) {
  const bytes = readFileSync(join(dirname(feedsFile), entry.file));
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  feeds[name] = new ort.Tensor('float32', new Float32Array(values), entry.shape);
}
console.error(RUN_MARK);
const output = Object.values(await session.run(feeds))[0];
writeFileSync(outputFile, new Uint8Array(output.data.buffer, output.data.byteOffset, output.data.byteLength));
console.log(JSON.stringify({ shape: output.dims }));
