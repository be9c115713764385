// Run ONNX files on onnxruntime-node's WebGPU provider and save their outputs.
//
//   node webgpu_run.mjs jobs.json [--allow-cpu]
//
// jobs.json: [{ model, feeds: { name: { shape, file } }, output }], files of little-endian float32. Prints the
// outputs' shapes as JSON, a line for each. Kernels are logged by the runtime itself to stderr; those of a run stand
// between the lines RUN_MARK and END_MARK. Files stay open to the end, so that a GPU program which several of them
// need is compiled once.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const RUN_MARK = '=== run ===';
const END_MARK = '=== ran ===';
const [jobsFile, ...flags] = process.argv.slice(2);
const ort = createRequire(join(process.env.NADIR_ROOT, 'package.json'))('onnxruntime-node');

ort.env.logLevel = 'info';
const sessions = [];
for (const { model, feeds, output } of JSON.parse(readFileSync(jobsFile, 'utf8'))) {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['webgpu'],
    logSeverityLevel: 1,
    extra: { session: { disable_cpu_ep_fallback: flags.includes('--allow-cpu') ? '0' : '1' } },
  });
  sessions.push(session);
  const tensors = {};
  for (const [name, { shape, file }] of Object.entries(feeds)) {
    const bytes = readFileSync(file);
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    tensors[name] = new ort.Tensor('float32', new Float32Array(values), shape);
  }
  console.error(RUN_MARK);
  const { data, dims } = Object.values(await session.run(tensors))[0];
  console.error(END_MARK);
  writeFileSync(output, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  console.log(JSON.stringify({ shape: dims }));
}
