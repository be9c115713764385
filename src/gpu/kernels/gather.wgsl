// Raw raster rows → one normalised input tensor of a batch of windows.
// CPU twin: src/core/windows/gather-window.ts (gatherWindow).
//
// params            see Params; one per input tensor
// strip             see Strip; changes with every row of windows
// optical           raw samples, band planes of `optical_capacity` rows, rows padded to whole words, as stored
// optical_missing   one bit per pixel, 1 = missing, rows padded to whole words
// auxiliary,
// auxiliary_missing the same for the auxiliary raster
// control           control points (whole col, fraction, whole row, fraction), auxiliary pixels, corner-based
// items             header [count, 0, 0, 0], then 8 words per window: start col, start row, symmetry, visits, keep
//                   from x, to x, from y, to y
// output            [batch, channels, padded_px, padded_px] f32
// One invocation per pixel of the padded window and item; dispatch ceil(padded_px / 8) twice, then the batch.

const MAX_CHANNELS = 8u;
// As in the twin: how far its border reaches, and the least weight of a neighbour.
const AUXILIARY_EDGE_PX = 1.0;
const LEAST_TAP_WEIGHT = 1e-5;

const UINT8 = 0u;
const INT8 = 1u;
const UINT16 = 2u;
const INT16 = 3u;
const UINT32 = 4u;
const INT32 = 5u;

struct Channel {
  // subtract, multiply, add, unused
  constants: vec4f,
  // 0 optical / 1 auxiliary, first word of the band's plane, sample type, words per row
  place: vec4u,
}

struct Params {
  window_px: u32,
  padded_px: u32,
  channel_count: u32,
  nodata_fill: f32,
  raster_width: u32,
  raster_height: u32,
  optical_first_col: u32,
  optical_capacity: u32,
  optical_missing_words: u32,
  auxiliary_first_col: u32,
  auxiliary_capacity: u32,
  auxiliary_missing_words: u32,
  auxiliary_width: u32,
  auxiliary_height: u32,
  pad0: u32,
  pad1: u32,
  channels: array<Channel, MAX_CHANNELS>,
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
@group(0) @binding(2) var<storage, read> optical: array<u32>;
@group(0) @binding(3) var<storage, read> optical_missing: array<u32>;
@group(0) @binding(4) var<storage, read> auxiliary: array<u32>;
@group(0) @binding(5) var<storage, read> auxiliary_missing: array<u32>;
@group(0) @binding(6) var<storage, read> control: array<vec4f>;
@group(0) @binding(7) var<storage, read> items: array<u32>;
@group(0) @binding(8) var<storage, read_write> output: array<f32>;

fn decode(word: u32, at: u32, dtype: u32) -> f32 {
  switch dtype {
    case UINT8: { return f32(extractBits(word, 8u * (at & 3u), 8u)); }
    case INT8: { return f32(extractBits(bitcast<i32>(word), 8u * (at & 3u), 8u)); }
    case UINT16: { return f32(extractBits(word, 16u * (at & 1u), 16u)); }
    case INT16: { return f32(extractBits(bitcast<i32>(word), 16u * (at & 1u), 16u)); }
    case UINT32: { return f32(word); }
    case INT32: { return f32(bitcast<i32>(word)); }
    default: { return bitcast<f32>(word); }
  }
}

fn word_of(at: u32, dtype: u32) -> u32 {
  if (dtype <= INT8) { return at >> 2u; }
  if (dtype <= INT16) { return at >> 1u; }
  return at;
}

fn optical_sample(channel: u32, at: u32, slot: u32) -> f32 {
  let place = params.channels[channel].place;
  return decode(optical[place.y + slot * place.w + word_of(at, place.z)], at, place.z);
}

fn auxiliary_sample(channel: u32, at: u32, slot: u32) -> f32 {
  let place = params.channels[channel].place;
  return decode(auxiliary[place.y + slot * place.w + word_of(at, place.z)], at, place.z);
}

fn is_missing(word: u32, at: u32) -> bool {
  return ((word >> (at & 31u)) & 1u) == 1u;
}

struct Taps {
  inside: bool,
  col: vec2u,
  row: vec2u,
  weight: vec4f,
}

// Whole and fractional parts stay apart, so that single precision is enough anywhere on a raster.
fn mix_position(a: vec2f, b: vec2f, c: vec2f, d: vec2f, fx: f32, fy: f32) -> vec2f {
  let base = a.x;
  let from_a = a.y;
  let from_b = (b.x - base) + b.y;
  let from_c = (c.x - base) + c.y;
  let from_d = (d.x - base) + d.y;
  let top = from_a + (from_b - from_a) * fx;
  let bottom = from_c + (from_d - from_c) * fx;
  return vec2f(base, top + (bottom - top) * fy);
}

// Whole pixel and fraction of a position shifted by half a pixel: the earlier of two neighbours, and how far past it.
fn neighbour(position: vec2f) -> vec2f {
  let shifted = position.y - 0.5;
  let whole = floor(shifted);
  return vec2f(position.x + whole, shifted - whole);
}

fn taps_of(col: u32, row: u32) -> Taps {
  var taps: Taps;
  let dx = col - strip.control_first_col;
  let dy = row - strip.control_first_row;
  let i = min(dx / strip.control_spacing, strip.control_columns - 2u);
  let j = min(dy / strip.control_spacing, strip.control_rows - 2u);
  let fx = f32(dx - i * strip.control_spacing) / f32(strip.control_spacing);
  let fy = f32(dy - j * strip.control_spacing) / f32(strip.control_spacing);
  let at = j * strip.control_columns + i;
  let a = control[at];
  let b = control[at + 1u];
  let c = control[at + strip.control_columns];
  let d = control[at + strip.control_columns + 1u];
  let x = mix_position(a.xy, b.xy, c.xy, d.xy, fx, fy);
  let y = mix_position(a.zw, b.zw, c.zw, d.zw, fx, fy);
  let width = f32(params.auxiliary_width);
  let height = f32(params.auxiliary_height);
  // (whole − size) + fraction keeps the comparison exact near the far border.
  taps.inside = x.x + x.y >= -AUXILIARY_EDGE_PX && (x.x - width) + x.y <= AUXILIARY_EDGE_PX
    && y.x + y.y >= -AUXILIARY_EDGE_PX && (y.x - height) + y.y <= AUXILIARY_EDGE_PX;
  let left = neighbour(x);
  let top = neighbour(y);
  taps.col = vec2u(clamp(vec2f(left.x, left.x + 1.0), vec2f(0.0), vec2f(width - 1.0)));
  taps.row = vec2u(clamp(vec2f(top.x, top.x + 1.0), vec2f(0.0), vec2f(height - 1.0)));
  taps.weight = vec4f(
    (1.0 - left.y) * (1.0 - top.y), left.y * (1.0 - top.y), (1.0 - left.y) * top.y, left.y * top.y);
  return taps;
}

// Value and summed weight; weight 0 means there is no height here.
fn sample_heights(channel: u32, taps: Taps) -> vec2f {
  var sum = 0.0;
  var weights = 0.0;
  for (var tap = 0u; tap < 4u; tap++) {
    let weight = taps.weight[tap];
    if (weight < LEAST_TAP_WEIGHT) { continue; }
    let at = select(taps.col.x, taps.col.y, (tap & 1u) == 1u) - params.auxiliary_first_col;
    let slot = select(taps.row.x, taps.row.y, tap >= 2u) % params.auxiliary_capacity;
    if (strip.auxiliary_has_missing == 1u
      && is_missing(auxiliary_missing[slot * params.auxiliary_missing_words + (at >> 5u)], at)) { continue; }
    sum += weight * auxiliary_sample(channel, at, slot);
    weights += weight;
  }
  return vec2f(sum / max(weights, LEAST_TAP_WEIGHT), weights);
}

@compute @workgroup_size(8, 8, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.padded_px || id.y >= params.padded_px || id.z >= items[0]) {
    return;
  }
  let plane = params.padded_px * params.padded_px;
  let first = id.z * params.channel_count * plane + id.y * params.padded_px + id.x;
  if (id.x >= params.window_px || id.y >= params.window_px) {
    for (var channel = 0u; channel < params.channel_count; channel++) {
      output[first + channel * plane] = 0.0;
    }
    return;
  }
  let item = 4u + 8u * id.z;
  let symmetry = items[item + 2u];
  var within = select(id.xy, id.yx, (symmetry & 4u) != 0u);
  let last = params.window_px - 1u;
  within.x = select(within.x, last - within.x, (symmetry & 1u) != 0u);
  within.y = select(within.y, last - within.y, (symmetry & 2u) != 0u);
  let col = items[item] + within.x;
  let row = items[item + 1u] + within.y;
  let inside = col < params.raster_width && row < params.raster_height;

  let at = col - params.optical_first_col;
  let slot = row % params.optical_capacity;
  var optical_valid = inside;
  if (inside && strip.optical_has_missing == 1u) {
    optical_valid = !is_missing(optical_missing[slot * params.optical_missing_words + (at >> 5u)], at);
  }
  var taps: Taps;
  if (inside && strip.control_columns > 0u) {
    taps = taps_of(col, row);
  }
  for (var channel = 0u; channel < params.channel_count; channel++) {
    let constants = params.channels[channel].constants;
    var value = params.nodata_fill;
    if (params.channels[channel].place.x == 0u) {
      if (optical_valid) {
        value = (optical_sample(channel, at, slot) - constants.x) * constants.y + constants.z;
      }
    } else if (taps.inside) {
      let sampled = sample_heights(channel, taps);
      if (sampled.y > 0.0) {
        value = (sampled.x - constants.x) * constants.y + constants.z;
      }
    }
    output[first + channel * plane] = value;
  }
}
