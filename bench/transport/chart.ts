import * as Vega from "vega"

export const bars = (
  title: string,
  values: ReadonlyArray<{ readonly label: string; readonly value: number }>
): Vega.Spec => ({
  width: 420,
  height: values.length * 26,
  padding: 10,
  background: "white",
  title: { text: title, anchor: "start" },
  data: [{
    name: "table",
    values: values.map((each) => ({ ...each, text: each.value.toFixed(each.value < 20 ? 2 : 0) }))
  }],
  scales: [
    {
      name: "x",
      type: "linear",
      domain: { data: "table", field: "value" },
      range: "width",
      zero: true,
      nice: true
    },
    {
      name: "y",
      type: "band",
      domain: { data: "table", field: "label" },
      range: "height",
      padding: 0.25
    }
  ],
  axes: [
    { orient: "bottom", scale: "x", grid: true, gridColor: "#e5e7eb", tickCount: 5 },
    { orient: "left", scale: "y", domain: false, ticks: false, labelPadding: 6 }
  ],
  marks: [
    {
      type: "rect",
      from: { data: "table" },
      encode: {
        enter: {
          x: { scale: "x", value: 0 },
          x2: { scale: "x", field: "value" },
          y: { scale: "y", field: "label" },
          height: { scale: "y", band: 1 },
          fill: [{ test: "indexof(datum.label, 'effect-lro') == 0", value: "#c81e3a" }, {
            value: "#64748b"
          }]
        }
      }
    },
    {
      type: "text",
      from: { data: "table" },
      encode: {
        enter: {
          x: { scale: "x", field: "value", offset: 4 },
          y: { scale: "y", field: "label", band: 0.5 },
          baseline: { value: "middle" },
          text: { field: "text" }
        }
      }
    }
  ]
})

export const svg = (spec: Vega.Spec): Promise<string> =>
  new Vega.View(Vega.parse(spec), { renderer: "none" }).toSVG()
