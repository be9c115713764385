// Weighted logits of a batch of windows added to the rows in flight, and what can be seen wrong about them.
// CPU twin: src/core/windows/accumulate-window.ts (accumulateWindow), check-logits.ts (countUnsure).
//
// params  see Params
// strip   the same Strip as in gather.wgsl; here the raster rows that take part
// items   as in gather.wgsl; header word 1 is the first column of the batch's windows, word 2 where its flags begin
// logits  [batch, classes, side_px, side_px], f32, or f16 packed two to a word
// weights [window_px] f32 blend weight along one axis
// sums    [classes (+ 1 for the summed weights), capacity, ring_width] f32; raster row r in slot r mod capacity
// flags   one word per item of the strip: 1 = NaN or infinite, 2 = values differ, 4 = was here; above these bits, the
//         pixels of every eighth row and column whose two best classes are close
// One invocation per column under the batch's windows and window row, so that no two write the same sum;
// dispatch ceil(columns / 8), ceil(window_px / 8).

override LOGITS_ARE_F16: bool = false;

const NOT_FINITE = 1u;
const VARIES = 2u;
const SEEN = 4u;
const ONE_UNSURE = 8u;

struct Params {
  window_px: u32,
  padded_px: u32,
  side_px: u32,
  class_count: u32,
  ring_first_col: u32,
  ring_width: u32,
  ring_capacity: u32,
  keep_weights: u32,
  weight_floor: f32,
  are_probabilities: u32,
  pad1: u32,
  pad2: u32,
}

struct Strip {
  control_first_col: u32,
  control_first_row: u32,
  control_spacing: u32,
  control_columns: u32,
  control_rows: u32,
  optical_has_missing: u32,
  auxiliary_has_missing: u32,
  first_row: u32,
  end_row: u32,
  pad0: u32,
  pad1: u32,
  pad2: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> strip: Strip;
@group(0) @binding(2) var<storage, read> items: array<u32>;
@group(0) @binding(3) var<storage, read> logits: array<u32>;
@group(0) @binding(4) var<storage, read> weights: array<f32>;
@group(0) @binding(5) var<storage, read_write> sums: array<f32>;
@group(0) @binding(6) var<storage, read_write> flags: array<atomic<u32>>;

fn logit_bits(at: u32) -> u32 {
  if (LOGITS_ARE_F16) {
    return bitcast<u32>(unpack2x16float(logits[at >> 1u])[at & 1u]);
  }
  return logits[at];
}

// Exponent all ones: NaN or infinity. Compared as bits, because shaders may assume that NaN never happens.
fn is_not_finite(bits: u32) -> bool {
  return (bits & 0x7f800000u) == 0x7f800000u;
}

struct Taps {
  at: vec4u,
  fraction: vec2f,
}

fn taps_of(x: u32, y: u32) -> Taps {
  let scale = f32(params.side_px) / f32(params.padded_px);
  let last = params.side_px - 1u;
  let source = max(vec2f(0.0), (vec2f(f32(x), f32(y)) + 0.5) * scale - 0.5);
  let low = min(vec2u(floor(source)), vec2u(last));
  let high = min(low + 1u, vec2u(last));
  var taps: Taps;
  taps.at = vec4u(low.y, low.y, high.y, high.y) * params.side_px + vec4u(low.x, high.x, low.x, high.x);
  taps.fraction = source - vec2f(low);
  return taps;
}

fn is_unsure(base: u32, pixel: u32) -> bool {
  let plane = params.side_px * params.side_px;
  var best = bitcast<f32>(logit_bits(base + pixel));
  var next = -3.4e38;
  for (var class_id = 1u; class_id < params.class_count; class_id++) {
    let value = bitcast<f32>(logit_bits(base + class_id * plane + pixel));
    next = max(next, min(best, value));
    best = max(best, value);
  }
  return select(best - next < 1.0, best < 2.718281828 * next, params.are_probabilities == 1u);
}

@compute @workgroup_size(8, 8, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let col = items[1] + id.x;
  if (id.y >= params.window_px || col < params.ring_first_col || col >= params.ring_first_col + params.ring_width) {
    return;
  }
  let ring_plane = params.ring_width * params.ring_capacity;
  let plane = params.side_px * params.side_px;
  for (var index = 0u; index < items[0]; index++) {
    let item = 4u + 8u * index;
    let row = items[item + 1u] + id.y;
    // Left of the window this wraps to a huge number, which the upper bound refuses.
    let x = col - items[item];
    if (x < items[item + 4u] || x >= items[item + 5u] || id.y < items[item + 6u] || id.y >= items[item + 7u]
      || row < strip.first_row || row >= strip.end_row) {
      continue;
    }
    let weight = max(weights[x] * weights[id.y], params.weight_floor) * f32(items[item + 3u]);
    let at = (row % params.ring_capacity) * params.ring_width + col - params.ring_first_col;
    let symmetry = items[item + 2u];
    let last = params.window_px - 1u;
    let turned = vec2u(select(x, last - x, (symmetry & 1u) != 0u), select(id.y, last - id.y, (symmetry & 2u) != 0u));
    let seen = select(turned, turned.yx, (symmetry & 4u) != 0u);
    let base = index * params.class_count * plane;
    let first = logit_bits(base);
    var found = SEEN;
    if (params.side_px == params.padded_px) {
      for (var class_id = 0u; class_id < params.class_count; class_id++) {
        let bits = logit_bits(base + class_id * plane + seen.y * params.side_px + seen.x);
        found |= select(0u, NOT_FINITE, is_not_finite(bits)) | select(0u, VARIES, bits != first);
        sums[class_id * ring_plane + at] += weight * bitcast<f32>(bits);
      }
    } else {
      let taps = taps_of(seen.x, seen.y);
      for (var class_id = 0u; class_id < params.class_count; class_id++) {
        var values: vec4f;
        for (var tap = 0u; tap < 4u; tap++) {
          let bits = logit_bits(base + class_id * plane + taps.at[tap]);
          found |= select(0u, NOT_FINITE, is_not_finite(bits)) | select(0u, VARIES, bits != first);
          values[tap] = bitcast<f32>(bits);
        }
        let top = values.x * (1.0 - taps.fraction.x) + values.y * taps.fraction.x;
        let bottom = values.z * (1.0 - taps.fraction.x) + values.w * taps.fraction.x;
        sums[class_id * ring_plane + at] += weight * (top * (1.0 - taps.fraction.y) + bottom * taps.fraction.y);
      }
    }
    if (params.keep_weights == 1u) {
      sums[params.class_count * ring_plane + at] += weight;
    }
    // After the first few pixels nothing new is found, and the flags are only read.
    let flag = items[2] + index;
    // Where the logits are coarser, window pixels share one and count it more than once.
    if (((x | id.y) & 7u) == 0u) {
      let pixel = seen * params.side_px / params.padded_px;
      if (is_unsure(base, pixel.y * params.side_px + pixel.x)) {
        atomicAdd(&flags[flag], ONE_UNSURE);
      }
    }
    if ((found & ~atomicLoad(&flags[flag])) != 0u) {
      atomicOr(&flags[flag], found);
    }
  }
}
