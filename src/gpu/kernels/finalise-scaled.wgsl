// Accumulated logits of a working grid → one byte per pixel of the image (and one of confidence).
// CPU twin: src/core/windows/finalise-rows.ts (finaliseScaledRows).
//
// params    see Params; changes with every call
// taps      per column given out, then per row: the two neighbours (columns of the ring; slots of the ring) and the bits
//           of the second's share
// sums      as in accumulate.wgsl, with the summed weights; only read (the host empties rows nobody needs)
// output, checksum as in finalise.wgsl; 255 where no window saw any of the four neighbours
// One invocation per four pixels; dispatch ceil(words / 64) as x · 65535 + y.

const NODATA_CLASS_ID = 255u;

struct Params {
  pixel_count: u32,
  columns: u32,
  ring_width: u32,
  ring_plane: u32,
  class_count: u32,
  keep_confidence: u32,
  are_probabilities: u32,
  response_class: u32,
  id_words: u32,
  groups_per_row: u32,
  pad0: u32,
  pad1: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> taps: array<vec4u>;
@group(0) @binding(2) var<storage, read> sums: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<u32>;
@group(0) @binding(4) var<storage, read_write> checksum: atomic<u32>;

struct Neighbours {
  at: vec4u,
  // Share of each divided by its summed weight and by all shares that count; 0 where no window saw it.
  share: vec4f,
}

fn neighbours_of(column: u32, row: u32) -> Neighbours {
  let along = taps[column];
  let down = taps[params.columns + row];
  let x = bitcast<f32>(along.z);
  let y = bitcast<f32>(down.z);
  var found: Neighbours;
  found.at = vec4u(
    down.x * params.ring_width + along.x, down.x * params.ring_width + along.y,
    down.y * params.ring_width + along.x, down.y * params.ring_width + along.y);
  let shares = vec4f((1.0 - x) * (1.0 - y), x * (1.0 - y), (1.0 - x) * y, x * y);
  var total = 0.0;
  for (var tap = 0u; tap < 4u; tap++) {
    let weight = sums[params.class_count * params.ring_plane + found.at[tap]];
    if (weight > 0.0 && shares[tap] > 0.0) {
      total += shares[tap];
      found.share[tap] = shares[tap] / weight;
    }
  }
  if (total > 0.0) {
    found.share /= total;
  }
  return found;
}

fn mean_of(class_id: u32, near: Neighbours) -> f32 {
  let plane = class_id * params.ring_plane;
  var mean = 0.0;
  for (var tap = 0u; tap < 4u; tap++) {
    if (near.share[tap] > 0.0) {
      mean += near.share[tap] * sums[plane + near.at[tap]];
    }
  }
  return mean;
}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let word = id.y * params.groups_per_row * 64u + id.x;
  if (word >= params.id_words) {
    return;
  }
  var ids = 0u;
  var confidences = 0u;
  for (var byte = 0u; byte < 4u; byte++) {
    let pixel = 4u * word + byte;
    if (pixel >= params.pixel_count) { break; }
    let near = neighbours_of(pixel % params.columns, pixel / params.columns);
    var class_id = NODATA_CLASS_ID;
    var confidence = 0u;
    if (any(near.share > vec4f(0.0))) {
      class_id = 0u;
      var best = mean_of(0u, near);
      for (var other = 1u; other < params.class_count; other++) {
        let mean = mean_of(other, near);
        if (mean > best) {
          best = mean;
          class_id = other;
        }
      }
      if (params.keep_confidence == 1u) {
        let asked = mean_of(select(class_id, params.response_class, params.response_class < params.class_count), near);
        var probability = clamp(asked, 0.0, 1.0);
        if (params.are_probabilities == 0u) {
          var total = 0.0;
          for (var other = 0u; other < params.class_count; other++) {
            total += exp(mean_of(other, near) - best);
          }
          probability = exp(asked - best) / total;
        }
        confidence = u32(floor(255.0 * probability + 0.5));
      }
    }
    ids |= class_id << (8u * byte);
    confidences |= confidence << (8u * byte);
  }
  output[word] = ids;
  var sum = ids;
  if (params.keep_confidence == 1u) {
    output[params.id_words + word] = confidences;
    sum += confidences;
  }
  atomicAdd(&checksum, sum);
}
