/** What is drawn, as text. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { format, parse } from "google-lro/duration"
import { colorsOf } from "google-lro/io"
import { near } from "google-lro/near"
import { facts } from "google-lro/operations/facts"
import { items } from "google-lro/output/format"
import * as Bars from "google-lro/terminal/bars"
import * as Live from "google-lro/terminal/live"
import { style } from "google-lro/terminal/style"
import * as Row from "google-lro/waiting/row"

const paint = style(false)

const row = (name: string, metadata?: unknown): Row.Row => ({
  ...Row.make("alloydb/v1", `projects/p/locations/l/operations/${name}`, 0),
  facts: metadata === undefined ? undefined : facts(metadata)
})

describe("a bar", () => {
  it("stands where there is a percentage, else a spinner with the verb and what the service says", () => {
    const lines = Bars.frame(
      [
        row("one", { verb: "import", progressPercentage: 45 }),
        row("two", {
          verb: "create",
          statusMessage: "copying\u001b[2J\nfiles",
          createTime: "1970-01-01T00:00:05Z"
        })
      ],
      65_000,
      { columns: 120, rows: 24 },
      paint
    )
    assert.deepStrictEqual(lines, [
      "⠋ alloydb/v1:projects/p/locations/l/operations/one ━━━━━━━━━───────────  45%   1m05s import",
      "⠋ alloydb/v1:projects/p/locations/l/operations/two   1m00s create: copying [2J files",
      "0 of 2 done"
    ])
  })

  it("is never wider than the window, and there are never more lines than fit", () => {
    const rows = Array.from(
      { length: 200 },
      (_, index) => row(`operation-${index}`, { verb: "create", progress: index / 2 })
    )
    for (const columns of [20, 40, 60, 80, 100, 200]) {
      for (const height of [3, 10, 50]) {
        const lines = Bars.frame(rows, 12_345, { columns, rows: height }, style(true))
        assert.isBelow(lines.length, height, `${columns}x${height}`)
        for (const line of lines) assert.isBelow(Live.visible(line), columns, line)
      }
    }
    const summary = Bars.frame(rows, 0, { columns: 80, rows: 10 }, paint).at(-1)
    assert.strictEqual(summary, "0 of 200 done, 192 not shown")
  })

  it("is shorter in a narrow window, and a number in a very narrow one", () => {
    const rows = [row("one", { verb: "import", progressPercentage: 45 })]
    const at = (columns: number) => Bars.frame(rows, 65_000, { columns, rows: 24 }, paint)
    assert.deepStrictEqual(at(40), ["⠋ …operations/one ━━━━────  45%   1m05s"])
    assert.deepStrictEqual(at(28), ["⠋ …ions/one  45%   1m05s"])
  })

  it("is full at 100, empty at 0", () => {
    assert.strictEqual(Bars.bar(0, 4, paint), "────")
    assert.strictEqual(Bars.bar(100, 4, paint), "━━━━")
    assert.strictEqual(Bars.bar(50, 4, paint), "━━──")
  })
})

describe("live lines", () => {
  const screen = (columns = 80) => {
    const written: Array<string> = []
    const size = { columns, rows: 24 }
    const output = {
      write: (text: string) => void written.push(text),
      isTerminal: true,
      colors: false,
      size: () => size
    }
    return { ...Live.make(output, output), written, size }
  }

  it("are drawn in the place of those before, and the cursor comes back", () => {
    const { draw, written } = screen()
    draw(["a", "b"])
    draw(["c"])
    draw([])
    assert.deepStrictEqual(written, [
      "\u001b[?25la\nb\n",
      "\u001b[2A\rc\u001b[K\n\u001b[0J",
      "\u001b[?25h\u001b[1A\r\u001b[K\u001b[B\u001b[0J\u001b[A"
    ])
  })

  it("are not erased before they are drawn, and never from the first row on: tmux keeps what is", () => {
    const { draw, written } = screen()
    for (let frame = 0; frame < 3; frame++) draw(["a", "b"])
    assert.deepStrictEqual(
      written.slice(1),
      Array(2).fill("\u001b[2A\ra\u001b[K\nb\u001b[K\n\u001b[0J")
    )
  })

  it("stay below what is written meanwhile", () => {
    const { draw, stdout, written } = screen()
    draw(["a"])
    stdout.write("done\n")
    assert.deepStrictEqual(written.slice(1), [
      "\u001b[1A\r\u001b[K\u001b[B\u001b[0J\u001b[A",
      "done\n",
      "a\n"
    ])
  })

  it("are erased whole in a window that became narrower", () => {
    const { draw, size, written } = screen(80)
    draw(["x".repeat(60)])
    size.columns = 20
    draw([])
    assert.include(written.at(-1), "\u001b[3A")
  })
})

describe("a list of results", () => {
  it("is written in whole lines, whatever is drawn below it meanwhile", () => {
    for (const format of ["json", "yaml", "ndjson"] as const) {
      const { close, item } = items(format)
      const written = [0, 1].map((index) =>
        Effect.runSync(format === "yaml" ? Effect.succeed("- a: 1\n") : item({ a: index }, index))
      )
      for (const text of [...written, close(2), close(0)]) {
        assert.match(text, /^$|\n$/, JSON.stringify(text))
      }
      if (format === "json") {
        assert.deepStrictEqual(JSON.parse(written.join("") + close(2)), [{ a: 0 }, { a: 1 }])
        assert.deepStrictEqual(JSON.parse(close(0)), [])
      }
    }
  })
})

describe("colours", () => {
  it("follow NO_COLOR and FORCE_COLOR, then the terminal", () => {
    assert.isTrue(colorsOf({}, true))
    assert.isFalse(colorsOf({}, false))
    assert.isFalse(colorsOf({ NO_COLOR: "1" }, true))
    assert.isTrue(colorsOf({ NO_COLOR: "" }, true))
    assert.isTrue(colorsOf({ FORCE_COLOR: "1", NO_COLOR: "1" }, false))
    assert.isFalse(colorsOf({ FORCE_COLOR: "0" }, true))
    assert.isFalse(colorsOf({ TERM: "dumb" }, true))
  })
})

describe("facts", () => {
  it("are found under the names that services have for them", () => {
    const percent = (metadata: unknown) => facts(metadata).percent
    assert.strictEqual(percent({ progressPercent: "40" }), 40)
    assert.strictEqual(percent({ progress: 70 }), 70)
    assert.strictEqual(percent({ progress: { progressPercent: 12 } }), 12)
    assert.strictEqual(percent({ genericMetadata: { progressPercentage: 3 } }), 3)
    assert.isUndefined(percent({ progress: { workCompleted: "1" } }))
    assert.isUndefined(percent({ progress: 140 }))
    assert.isUndefined(percent("text"))
    const compute = facts({
      operationType: "insert",
      targetLink: "https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/i",
      insertTime: "2026-01-01T00:00:00.000-08:00",
      progress: 50
    })
    assert.strictEqual(compute.verb, "insert")
    assert.strictEqual(compute.startedAt, Date.parse("2026-01-01T08:00:00Z"))
  })
})

describe("durations", () => {
  it("are read", () => {
    const all = {
      "90": 90_000,
      "90s": 90_000,
      "1h30m": 5_400_000,
      "2d": 172_800_000,
      "500ms": 500,
      "1.5m": 90_000
    }
    for (const [text, millis] of Object.entries(all)) assert.strictEqual(parse(text), millis, text)
    for (const text of ["", "s", "3x", "1h 30m", "-1s", "1e3"]) {
      assert.isUndefined(parse(text), text)
    }
  })

  it("are told in two units at most", () => {
    assert.deepStrictEqual(
      [0, 59_999, 60_000, 3_599_000, 3_600_000, 90_000_000].map(format),
      ["0s", "59s", "1m00s", "59m59s", "1h00m", "1d01h"]
    )
  })
})

describe("what was meant", () => {
  it("is near, or begins so", () => {
    assert.deepStrictEqual(near("craeteCluster", ["createCluster", "deleteCluster"]), [
      "createCluster"
    ])
    assert.deepStrictEqual(near("createB", ["createBackup", "deleteBackup"]), ["createBackup"])
    assert.deepStrictEqual(near("zzz", ["createBackup"]), [])
  })
})
