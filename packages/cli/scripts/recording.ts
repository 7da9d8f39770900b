/**
 * Records what a wait looks like: writes docs/cli.png, a terminal in the middle of it, and prints the text of docs/cli.md, the same
 * terminal at its end. `npm run recording -w packages/cli`, after a build; the picture needs Debian's Chromium and its fonts.
 *
 * The operations are those of the testing server; the options that lead to it are left out of what is shown.
 */
import { NodeHttpServer } from "@effect/platform-node"
import * as pty from "@lydell/node-pty"
import { Effect, Layer } from "effect"
import * as AlloyDB from "effect-lro/services/alloydb/v1"
import * as Testing from "effect-lro/testing"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { createServer } from "node:http"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { stripVTControlCharacters } from "node:util"
import { chromiumBinary } from "../../../scripts/install/chromium.ts"
import { type Cell, Screen } from "./screen.ts"

const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

const columns = 110
const prefix = "alloydb:projects/shop/locations/europe-west1/operations"
const ids = ["import-orders", "create-replica", "backup-nightly", "resize-pool"]
const lines = [`$ P=${prefix}`, `$ lro wait $P/{${ids.join(",")}} --timeout 30s`]

const metadata = (fields: { readonly [field: string]: unknown }) =>
  Testing.pack("google.cloud.alloydb.v1.OperationMetadata", fields)

const prepared = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  const put = (id: string, script: Testing.Script) =>
    server.put(`${prefix.replace("alloydb:", "")}/${id}`, script)
  yield* put(
    "import-orders",
    Testing.succeedAfter("26 seconds", {
      metadata: ({ fraction }) =>
        metadata({ verb: "import", progressPercentage: Math.floor(fraction * 100) })
    })
  )
  yield* put(
    "create-replica",
    Testing.neverDone({
      metadata: metadata({ verb: "create", statusMessage: "copying the primary" })
    })
  )
  yield* put(
    "backup-nightly",
    Testing.succeedAfter("5 seconds", { metadata: metadata({ verb: "backup" }) })
  )
  yield* put(
    "resize-pool",
    Testing.failAfter(
      "6 seconds",
      { code: "RESOURCE_EXHAUSTED", message: "no N2 cores are left" },
      {
        metadata: metadata({ verb: "update" })
      }
    )
  )
  return server.url
})

const colours: { readonly [code: number]: string } = {
  31: "#f07178",
  32: "#7fd88f",
  33: "#e5c07b",
  36: "#56b6c2"
}

const styleOf = ({ bold, colour, dim }: Cell): string =>
  `color:${dim ? "#7a828e" : colours[colour] ?? "#d8dee9"}${bold ? ";font-weight:bold" : ""}`

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** A row as HTML, every character in a column of its own: fonts have some in other widths. */
const htmlOf = (row: ReadonlyArray<Cell>): string =>
  row.map((cell) => `<i style="${styleOf(cell)}">${escaped(cell.text)}</i>`).join("")

const paint = (rows: ReadonlyArray<ReadonlyArray<Cell>>, file: string): void => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lro-recording-"))
  const [width, height, top] = [9, 21, 14]
  fs.writeFileSync(
    `${folder}/page.html`,
    `<meta charset="utf-8"><style>
      body { margin: 0; padding: ${top}px; background: #1e222a }
      div { height: ${height}px; white-space: pre }
      i { display: inline-block; width: ${width}px; font: 15px/${height}px "DejaVu Sans Mono", "DejaVu Sans", monospace }
    </style>${rows.map((row) => `<div>${htmlOf(row)}</div>`).join("")}`
  )
  execFileSync(chromiumBinary(), [
    "--headless",
    "--no-sandbox",
    "--hide-scrollbars",
    `--window-size=${columns * width + 2 * top},${rows.length * height + 2 * top}`,
    `--screenshot=${file}`,
    `file://${folder}/page.html`
  ], { stdio: "ignore" })
  fs.rmSync(folder, { recursive: true })
}

const record = (url: string): Promise<void> =>
  new Promise((resolve) => {
    const screen = new Screen(columns)
    screen.write(lines.map((line) => `${line}\r\n`).join(""))
    const hidden = ["--endpoint", url, "--no-credentials"]
    const terminal = pty.spawn(process.execPath, [
      at("../dist/bin.js"),
      "wait",
      ...ids.map((id) => `${prefix}/${id}`),
      "--timeout",
      "30s",
      ...hidden
    ], {
      cols: columns,
      rows: 24,
      env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", TERM: "xterm-256color" }
    })
    let shown = ""
    terminal.onData((data) => {
      shown += data
      screen.write(data)
    })
    setTimeout(() => paint(screen.rows, at("../../../docs/cli.png")), 13_000)
    terminal.onExit(({ exitCode }) => {
      const results = stripVTControlCharacters(shown).split("\r\n")
        .map((line) => line.replaceAll("\r", ""))
        .filter((line) => /^(?:[A-Z]{6,9} |\d operations? may|  lro wait)/.test(line))
      const text = [...lines, ...results, "$ echo $?", exitCode].join("\n")
      console.log(text.replaceAll(`${hidden.join(" ")} `, ""))
      resolve()
    })
  })

const ServerLayer = Testing.layerServer({ services: [AlloyDB] }).pipe(
  Layer.provide(Layer.orDie(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })))
)

await Effect.runPromise(
  Effect.flatMap(prepared, (url) => Effect.promise(() => record(url))).pipe(
    Effect.provide(ServerLayer)
  )
)
