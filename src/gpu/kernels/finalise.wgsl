// Accumulated logits → one byte per pixel (and one of confidence), and empty slots for the rows to come.
// CPU twin: src/core/windows/finalise-rows.ts (finaliseRows).
//
// params           see Params; changes with every call
// optical_missing  one bit per pixel, 1 = missing, as in gather.wgsl
// sums             as in accumulate.wgsl; read, then set to zero
// output           bytes packed four to a word, all 32-bit words:
//                  [class ids of the rows, row-major] [confidence of the rows, when kept] [checksum]
//                  confidence = probability of the class found, or of params.response_class when that is a class
//                  id = first class with the largest sum, 255 where missing; the checksum is the sum of all words before
// One invocation per four pixels; dispatch ceil(words / 64) as x · 65535 + y.

const NODATA_CLASS_ID = 255u;

struct Params {
  first_row: u32,
  pixel_count: u32,
  ring_first_col: u32,
  ring_width: u32,
  ring_capacity: u32,
  class_count: u32,
  keep_weights: u32,
  are_probabilities: u32,
  optical_has_missing: u32,
  optical_first_col: u32,
  optical_capacity: u32,
  optical_missing_words: u32,
  id_words: u32,
  groups_per_row: u32,
  response_class: u32,
  pad0: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> optical_missing: array<u32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<u32>;
@group(0) @binding(4) var<storage, read_write> checksum: atomic<u32>;

fn is_missing(col: u32, row: u32) -> bool {
  if (params.optical_has_missing == 0u) { return false; }
  let at = col - params.optical_first_col;
  let word = optical_missing[(row % params.optical_capacity) * params.optical_missing_words + (at >> 5u)];
  return ((word >> (at & 31u)) & 1u) == 1u;
}

fn probability(at: u32, plane: u32, class_id: u32, best: f32) -> f32 {
  let weight = sums[params.class_count * plane + at];
  let asked = sums[class_id * plane + at];
  if (params.are_probabilities == 1u) { return clamp(asked / weight, 0.0, 1.0); }
  var total = 0.0;
  for (var other = 0u; other < params.class_count; other++) {
    total += exp((sums[other * plane + at] - best) / weight);
  }
  return exp((asked - best) / weight) / total;
}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let word = id.y * params.groups_per_row * 64u + id.x;
  if (word >= params.id_words) {
    return;
  }
  let plane = params.ring_width * params.ring_capacity;
  var ids = 0u;
  var confidences = 0u;
  for (var byte = 0u; byte < 4u; byte++) {
    let pixel = 4u * word + byte;
    if (pixel >= params.pixel_count) { break; }
    let row = params.first_row + pixel / params.ring_width;
    let x = pixel % params.ring_width;
    let at = (row % params.ring_capacity) * params.ring_width + x;
    var class_id = NODATA_CLASS_ID;
    var confidence = 0u;
    if (!is_missing(params.ring_first_col + x, row)) {
      class_id = 0u;
      var best = sums[at];
      for (var other = 1u; other < params.class_count; other++) {
        let sum = sums[other * plane + at];
        if (sum > best) {
          best = sum;
          class_id = other;
        }
      }
      if (params.keep_weights == 1u) {
        let asked = select(class_id, params.response_class, params.response_class < params.class_count);
        confidence = u32(floor(255.0 * probability(at, plane, asked, best) + 0.5));
      }
    }
    for (var layer = 0u; layer < params.class_count + params.keep_weights; layer++) {
      sums[layer * plane + at] = 0.0;
    }
    ids |= class_id << (8u * byte);
    confidences |= confidence << (8u * byte);
  }
  output[word] = ids;
  var sum = ids;
  if (params.keep_weights == 1u) {
    output[params.id_words + word] = confidences;
    sum += confidences;
  }
  atomicAdd(&checksum, sum);
}
