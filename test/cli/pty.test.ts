/** The bundle on a pseudo-terminal: bars, a window that is resized, keys, colours. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as pty from "@lydell/node-pty"
import { Effect } from "effect"
import * as Testing from "effect-lro/testing"
import * as Bundle from "./bundle.ts"

let bundle: Awaited<ReturnType<typeof Bundle.bundle>>
beforeAll(async () => {
  bundle = await Bundle.bundle()
})
afterAll(() => bundle.remove())

const name = (id: string): string => `projects/p/locations/l/operations/${id}`
const op = (id: string): string => `alloydb:${name(id)}`

interface Terminal {
  readonly shown: () => string
  readonly keys: (text: string) => void
  readonly resize: (columns: number) => void
  readonly ended: Promise<number>
}

const open = (
  words: ReadonlyArray<string>,
  env: { readonly [name: string]: string } = {}
): Terminal => {
  const terminal = pty.spawn(process.execPath, [bundle.bin, ...words], {
    cols: 100,
    rows: 12,
    env: Bundle.env(env)
  })
  let shown = ""
  terminal.onData((text) => {
    shown += text
  })
  return {
    shown: () => shown,
    keys: (text) => terminal.write(text),
    resize: (columns) => terminal.resize(columns, 12),
    ended: new Promise((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)))
  }
}

const withServer = <A>(
  use: (server: Testing.Service, at: ReadonlyArray<string>) => Effect.Effect<A>
): Effect.Effect<A> =>
  Effect.flatMap(
    Testing.OperationsServer,
    (server) => use(server, ["--endpoint", server.url, "--no-credentials"])
  )
    .pipe(Effect.provide(Bundle.ServerLayer))

const half = Testing.pack("google.cloud.alloydb.v1.OperationMetadata", {
  verb: "import",
  progressPercentage: 50
})

// oxlint-disable-next-line no-control-regex
const bare = (text: string): string => text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, "")

describe("on a terminal", () => {
  it.live("a wait draws bars, follows the window, and Ctrl-C ends it with 130 and the cursor", () =>
    withServer((server, at) =>
      Effect.gen(function*() {
        yield* server.put(name("bar"), Testing.neverDone({ metadata: half }))
        yield* server.put(name("spin"), Testing.neverDone())
        const terminal = open(["wait", op("bar"), op("spin"), ...at])
        yield* Bundle.until(() => terminal.shown().includes("50%"))
        assert.include(bare(terminal.shown()), "━━━━━━━━━━──────────  50%")
        assert.include(terminal.shown(), "\u001b[?25l")
        assert.include(terminal.shown(), "\u001b[32m━")
        const before = terminal.shown().length
        terminal.resize(50)
        yield* Bundle.until(() => bare(terminal.shown().slice(before)).split("\r\n").length > 12)
        const lines = bare(terminal.shown().slice(before)).split("\r\n").slice(8, -1)
        for (const line of lines) assert.isAtMost(line.replaceAll("\r", "").length, 50, line)
        terminal.keys("\u0003")
        assert.strictEqual(yield* Effect.promise(() => terminal.ended), 130)
        assert.include(terminal.shown(), "\u001b[?25h")
        assert.include(bare(terminal.shown()), "2 operations may still run. To wait on:")
      })
    ))

  it.live("a second Ctrl-C leaves at once", () =>
    withServer((server, at) =>
      Effect.gen(function*() {
        yield* server.put(name("spin"), Testing.neverDone())
        yield* server.fail({ method: "cancel" }, Testing.delayReply("1 hour"), { times: 9 })
        const terminal = open(["wait", op("spin"), "--cancel-on-interrupt", ...at])
        yield* Bundle.until(() => terminal.shown().includes("⠹"))
        terminal.keys("\u0003")
        const cancelled = Effect.map(
          server.requests,
          (all) => all.some(({ method }) => method === "cancel")
        )
        yield* Effect.repeat(Effect.zipLeft(cancelled, Effect.sleep("20 millis")), {
          until: (isSo) => isSo
        })
        terminal.keys("\u0003")
        assert.strictEqual(yield* Effect.promise(() => terminal.ended), 130)
      })
    ))

  it.live("cancel asks first; NO_COLOR is honoured", () =>
    withServer((server, at) =>
      Effect.gen(function*() {
        yield* server.put(name("spin"), Testing.neverDone())
        const no = open(["cancel", op("spin"), ...at], { NO_COLOR: "1" })
        yield* Bundle.until(() => no.shown().includes("[y/N]"))
        no.keys("n\r")
        assert.strictEqual(yield* Effect.promise(() => no.ended), 2)
        // oxlint-disable-next-line no-control-regex
        assert.notMatch(no.shown(), /\u001b\[3\dm/)
        const yes = open(["cancel", op("spin"), "--wait", ...at])
        yield* Bundle.until(() => yes.shown().includes("[y/N]"))
        yes.keys("y\r")
        assert.strictEqual(yield* Effect.promise(() => yes.ended), 6)
        assert.include(bare(yes.shown()), "CANCELLED alloydb/v1:")
      })
    ))
})
