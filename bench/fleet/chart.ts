/** Draws requests against the size of a fleet: ours and theirs. */
import * as Vega from "vega"

interface Wait {
  /** Over which the ends are spread. */
  readonly millis: number
  readonly tick: number
}

const sizes = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000]

/** What the rules of a fleet make of it: a page of a thousand, or a get, for each tick. */
const ours = (size: number, { millis, tick }: Wait): number => {
  let requests = 0
  for (let at = 0; at <= millis + tick; at += tick) {
    const left = Math.max(0, Math.ceil(size * (1 - Math.max(0, at - tick) / millis)))
    requests += Math.min(left, Math.ceil(size / 1000))
  }
  return requests
}

/** A get each, every tick, until it has ended. */
const theirs = (size: number, { millis, tick }: Wait): number => size * (1 + millis / 2 / tick)

const series = ["Fleet.outcomes", "one poller each"]

export const draw = (
  measured: ReadonlyArray<{ readonly label: string; readonly requests: number }>,
  wait: Wait,
  count = 10_000
): Promise<string> => {
  const line = (way: string, of: typeof ours) =>
    sizes.map((size) => ({ way, size, requests: of(size, wait) }))
  const scale = (name: string, field: string, range: "width" | "height"): Vega.Scale => ({
    name,
    type: "log",
    domain: { data: "lines", field },
    range,
    padding: 15
  })
  const axis = (orient: "bottom" | "left", name: string, title: string): Vega.Axis => ({
    orient,
    scale: name,
    title,
    grid: true,
    gridColor: "#e5e7eb",
    tickCount: 5,
    format: "~s"
  })
  const spec: Vega.Spec = {
    width: 480,
    height: 300,
    background: "white",
    padding: 12,
    title: {
      text: "Requests of a fleet whose ends are spread over five minutes",
      anchor: "start",
      offset: 10
    },
    data: [
      {
        name: "lines",
        values: [...line("Fleet.outcomes", ours), ...line("one poller each", theirs)]
      },
      { name: "measured", values: measured.map((each) => ({ ...each, size: count })) }
    ],
    scales: [
      scale("x", "size", "width"),
      scale("y", "requests", "height"),
      { name: "color", type: "ordinal", domain: series, range: ["#c81e3a", "#64748b"] }
    ],
    axes: [axis("bottom", "x", "operations"), axis("left", "y", "requests")],
    legends: [{ stroke: "color", orient: "bottom", symbolType: "stroke" }],
    marks: [
      {
        type: "group",
        from: { facet: { name: "way", data: "lines", groupby: "way" } },
        marks: [{
          type: "line",
          from: { data: "way" },
          encode: {
            enter: {
              x: { scale: "x", field: "size" },
              y: { scale: "y", field: "requests" },
              stroke: { scale: "color", field: "way" },
              strokeWidth: { value: 2 }
            }
          }
        }]
      },
      {
        type: "symbol",
        from: { data: "measured" },
        encode: {
          enter: {
            x: { scale: "x", field: "size" },
            y: { scale: "y", field: "requests" },
            fill: { value: "#111827" },
            size: { value: 50 },
            tooltip: { field: "label" }
          }
        }
      }
    ]
  }
  return new Vega.View(Vega.parse(spec), { renderer: "none" }).toSVG()
}
