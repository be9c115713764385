/** One or more curves over the unit square, in percent, drawn by Observable Plot. Loaded when first shown. */
import * as Plot from "@observablehq/plot";
import { useEffect, useRef } from "react";
import { fixed } from "../format";

export interface Curve {
  readonly id: string;
  readonly name: string;
  /** Any CSS colour. */
  readonly colour: string;
  /** Fractions 0–1. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface CurvePlotProps {
  readonly name: string;
  readonly x: string;
  readonly y: string;
  /** Draws the line on which both axes are equal; without it the vertical axis begins below the lowest point. */
  readonly diagonal: boolean;
  readonly dots: boolean;
  readonly curves: readonly Curve[];
}

const WIDTH_PX = 320;
const HEIGHT_PX = 232;
const PERCENT = [0, 100] as const;

export function CurvePlot({ name, x, y, diagonal, dots, curves }: CurvePlotProps) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const shown = curves.map((curve) => ({
      ...curve,
      points: curve.points.map((point) => ({ x: 100 * point.x, y: 100 * point.y })),
    }));
    const lowest = Math.min(...shown.flatMap(({ points }) => points.map((point) => point.y)));
    const plot = Plot.plot({
      width: WIDTH_PX,
      height: HEIGHT_PX,
      marginLeft: 38,
      marginBottom: 34,
      style: { background: "none" },
      x: { domain: PERCENT, ticks: 4, label: x, labelAnchor: "center", labelArrow: "none" },
      y: {
        domain: [diagonal ? 0 : 10 * Math.floor(Math.min(lowest, 90) / 10), 100],
        ticks: 4,
        label: y,
        labelAnchor: "center",
        labelArrow: "none",
        grid: true,
      },
      marks: [
        ...(diagonal
          ? [
              Plot.line(
                PERCENT.map((value) => [value, value] as const),
                { stroke: "var(--text-3)", strokeDasharray: "3 3" },
              ),
            ]
          : []),
        ...shown.flatMap(({ name: run, colour, points }) => [
          Plot.line(points, { x: "x", y: "y", stroke: colour, strokeWidth: 1.6 }),
          ...(dots ? [Plot.dot(points, { x: "x", y: "y", fill: colour, r: 2.6 })] : []),
          Plot.tip(
            points,
            Plot.pointer({
              x: "x",
              y: "y",
              title: (point: { x: number; y: number }) =>
                `${run}\n${x.replace(", %", "")} ${fixed(point.x, 1)} %\n${y.replace(", %", "")} ${fixed(point.y, 1)} %`,
            }),
          ),
        ]),
      ],
    });
    // Read as one picture by its name; the parts inside carry labels that no role backs.
    plot.setAttribute("aria-hidden", "true");
    holder.current?.replaceChildren(plot);
  }, [x, y, diagonal, dots, curves]);
  return <div ref={holder} className="plot" role="img" aria-label={name} />;
}
