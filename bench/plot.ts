/** Draws polls against lateness, one panel for each workload. */
import * as Vega from "vega"
import type { Outcome } from "./simulation.ts"

/** Told apart by colour and by shape; the first is ours. */
const colors = [
  "#c81e3a",
  "#0072b2",
  "#e69f00",
  "#b7791f",
  "#009e73",
  "#64748b",
  "#cc79a7",
  "#56b4e9",
  "#111827"
]
const shapes = [
  "diamond",
  "circle",
  "square",
  "triangle-up",
  "triangle-down",
  "cross",
  "triangle-right",
  "triangle-left",
  "circle"
]

const scale = (name: string, field: string, range: "width" | "height"): Vega.Scale => ({
  name,
  type: "log",
  domain: { data: "points", field },
  range,
  padding: 20
})

const axis = (orient: "bottom" | "left", scale: string, title: string): Vega.Axis => ({
  orient,
  scale,
  title,
  grid: true,
  gridColor: "#e5e7eb",
  tickCount: 4,
  format: "~g"
})

const panel = (points: Array<object>, workload: string, ours: string): Vega.GroupMark => ({
  type: "group",
  title: { text: `median duration ${workload}`, anchor: "start", offset: 8 },
  encode: { update: { width: { signal: "width" }, height: { signal: "height" } } },
  data: [{ name: "points", values: points }],
  scales: [scale("x", "polls", "width"), scale("y", "seconds", "height")],
  axes: [axis("bottom", "x", "polls per operation"), axis("left", "y", "mean lateness, seconds")],
  marks: [{
    type: "symbol",
    from: { data: "points" },
    encode: {
      update: {
        x: { scale: "x", field: "polls" },
        y: { scale: "y", field: "seconds" },
        fill: { scale: "color", field: "poller" },
        shape: { scale: "shape", field: "poller" },
        size: [{ test: `datum.poller === '${ours}'`, value: 220 }, { value: 90 }]
      }
    }
  }]
})

/** An SVG; the first of the pollers is ours. */
export const plot = (
  outcomes: ReadonlyArray<Outcome>,
  workloads: ReadonlyArray<string>,
  pollers: ReadonlyArray<string>
): Promise<string> => {
  const points = (workload: string) =>
    outcomes.filter((outcome) => outcome.workload === workload).map((outcome) => ({
      poller: outcome.poller,
      polls: outcome.polls,
      seconds: outcome.latenessMillis / 1000
    }))
  const spec: Vega.Spec = {
    width: 340,
    height: 250,
    background: "white",
    padding: 12,
    title: {
      text: "What a poll schedule costs: further down and to the left is better",
      anchor: "start",
      offset: 12
    },
    layout: { columns: 2, padding: 25 },
    scales: [
      { name: "color", type: "ordinal", domain: [...pollers], range: colors },
      { name: "shape", type: "ordinal", domain: [...pollers], range: shapes }
    ],
    legends: [{
      fill: "color",
      shape: "shape",
      orient: "bottom",
      columns: 5,
      symbolSize: 90,
      offset: 20
    }],
    marks: workloads.map((workload) => panel(points(workload), workload, pollers[0] ?? ""))
  }
  return new Vega.View(Vega.parse(spec), { renderer: "none" }).toSVG()
}
