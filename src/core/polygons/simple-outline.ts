/** Whether rings make a valid polygon: none crosses or touches itself or another, and holes lie inside. */
import { isInsideRings } from "./inside";
import { signedArea } from "./trace-polygons";

type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

/** @param rings Corners [x0, y0, …], not closed: the outline clockwise on screen, holes the other way round. */
export function isSimpleOutline(rings: readonly (readonly number[])[]): boolean {
  if (rings.some((ring, at) => signedArea(ring) > 0 !== (at === 0))) return false;
  const segments = rings.flatMap((ring, of) => segmentsOf(ring).map((segment, at) => ({ segment, of, at })));
  const counts = rings.map((ring) => ring.length / 2);
  for (const [index, one] of segments.entries()) {
    for (let after = index + 1; after < segments.length; after++) {
      const other = segments[after]!;
      const apart = one.of === other.of ? other.at - one.at : Number.NaN;
      const areNeighbours = apart === 1 || apart === counts[one.of]! - 1;
      if (!areNeighbours && meet(one.segment, other.segment)) return false;
    }
  }
  return rings.slice(1).every(([x, y]) => isInsideRings(x!, y!, [rings[0]!]));
}

function segmentsOf(ring: readonly number[]): Segment[] {
  return Array.from({ length: ring.length / 2 }, (_, at) => {
    const next = (2 * at + 2) % ring.length;
    return [ring[2 * at]!, ring[2 * at + 1]!, ring[next]!, ring[next + 1]!];
  });
}

/** Touching counts; a thousandth of a pixel apart is apart. */
function meet([ax, ay, bx, by]: Segment, [cx, cy, dx, dy]: Segment): boolean {
  const gap = 1e-3;
  if (Math.max(ax, bx) + gap < Math.min(cx, dx) || Math.max(cx, dx) + gap < Math.min(ax, bx)) return false;
  if (Math.max(ay, by) + gap < Math.min(cy, dy) || Math.max(cy, dy) + gap < Math.min(ay, by)) return false;
  const side = (px: number, py: number, qx: number, qy: number, rx: number, ry: number) =>
    ((qx - px) * (ry - py) - (qy - py) * (rx - px)) / (Math.hypot(qx - px, qy - py) || 1);
  const part = (one: number, other: number) => Math.min(one, other) <= gap && Math.max(one, other) >= -gap;
  return (
    part(side(ax, ay, bx, by, cx, cy), side(ax, ay, bx, by, dx, dy)) &&
    part(side(cx, cy, dx, dy, ax, ay), side(cx, cy, dx, dy, bx, by))
  );
}
