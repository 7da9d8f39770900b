/** The bundle in processes, in pipes and on a pseudo-terminal: exit codes as a table, signals, bars, keys, a window that is resized, colours. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Testing from "effect-lro/testing"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import * as Bundle from "./bundle.ts"

let bundle: Awaited<ReturnType<typeof Bundle.bundle>>
beforeAll(async () => {
  bundle = await Bundle.bundle()
})
afterAll(() => bundle.remove())

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "lro-"))
afterAll(() => fs.rmSync(temporary, { recursive: true, force: true }))

const name = (id: string): string => `projects/p/locations/l/operations/${id}`
const op = (id: string): string => `alloydb:${name(id)}`

const createBackup = [
  "start",
  "alloydb",
  "createBackup",
  ...["parent=projects/p/locations/l", "backupId=b", "backup.clusterName=c"].flatMap((field) => [
    "--set",
    field
  ])
]

const prepared = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  yield* server.put(name("ok"), Testing.succeedAfter(0))
  yield* server.put(name("bad"), Testing.failAfter(0, { code: "ABORTED", message: "stop" }))
  yield* server.put(name("gone-by-cancel"), Testing.neverDone())
  yield* server.put(name("never"), Testing.neverDone())
  return server
})

const lro = (words: ReadonlyArray<string>, options?: Parameters<typeof Bundle.start>[2]) =>
  Effect.promise(() => Bundle.start(bundle.bin, words, options).ended)

const withServer = <A>(
  use: (server: Testing.Service, at: ReadonlyArray<string>) => Effect.Effect<A>
): Effect.Effect<A> =>
  Effect.flatMap(prepared, (server) => use(server, ["--endpoint", server.url, "--no-credentials"]))
    .pipe(
      Effect.provide(Bundle.ServerLayer)
    )

const open = (
  words: ReadonlyArray<string>,
  env?: { readonly [name: string]: string }
): Bundle.Terminal => Bundle.openProgram(process.execPath, [bundle.bin, ...words], env)

const half = Testing.pack("google.cloud.alloydb.v1.OperationMetadata", {
  verb: "import",
  progressPercentage: 50
})

const { bare } = Bundle

describe("in pipes", () => {
  it.live("ends with the documented code", () =>
    withServer((server, at) =>
      Effect.gen(function*() {
        const key = path.join(temporary, "key.json")
        fs.writeFileSync(key, "{}")
        yield* server.script("CreateBackup", Testing.succeedAfter("1 second"))
        yield* server.fail({ name: name("refused") }, Testing.replyError("UNAUTHENTICATED"), {
          times: 9
        })
        const table: ReadonlyArray<readonly [code: number, words: ReadonlyArray<string>]> = [
          [0, ["--version"]],
          [0, ["--help"]],
          [0, ["wait", "--help"]],
          [2, []],
          [2, ["wiat"]],
          [2, ["wait", op("ok"), "--timout", "3m"]],
          [2, ["wait", name("ok")]],
          [2, ["wait", op("ok"), "--timeout", "0", ...at]],
          [2, ["wait", op("ok"), op("bad?"), ...at]],
          [4, ["get", op("ok"), "--token-file", "/nonexistent", ...at.slice(0, 2)]],
          [2, ["start", "alloydb", "createBackup"]],
          [0, ["get", op("bad"), ...at]],
          [5, ["get", op("nowhere"), ...at]],
          [4, ["get", op("refused"), ...at]],
          [0, ["list", "alloydb:projects/p/locations/l", ...at]],
          [0, ["wait", op("ok"), ...at]],
          [3, ["wait", op("ok"), op("bad"), ...at]],
          [124, ["wait", op("never"), op("ok"), "--timeout", "1s", ...at]],
          [3, ["wait", op("never"), op("bad"), "--timeout", "1s", ...at]],
          [0, ["cancel", op("ok"), ...at]],
          [6, ["cancel", op("gone-by-cancel"), "--wait", ...at]],
          [6, ["wait", op("gone-by-cancel"), op("ok"), ...at]],
          [0, ["delete", op("ok"), ...at]],
          [0, ["watch", "alloydb:projects/p/locations/empty", "--until-idle", ...at]],
          [0, [...createBackup, "--dry-run"]],
          [0, [...createBackup, "--wait", ...at]],
          [0, ["search", "kubernetes"]],
          [0, ["describe", "alloydb"]],
          [0, ["completion", "zsh"]],
          [2, ["completion", "tcsh"]]
        ]
        for (const [code, words] of table) {
          const ended = yield* lro(words)
          assert.strictEqual(ended.code, code, `lro ${words.join(" ")}: ${ended.stderr}`)
        }
        const credentials = yield* lro(["get", op("ok"), "--endpoint", server.url], {
          env: { GOOGLE_APPLICATION_CREDENTIALS: key }
        })
        assert.strictEqual(credentials.code, 4, credentials.stderr)
      })
    ))

  it.live("writes results to stdout and all else to stderr, without escapes where it is piped", () =>
    withServer((_, at) =>
      Effect.gen(function*() {
        const ended = yield* lro([
          "wait",
          op("ok"),
          op("never"),
          "--timeout",
          "1s",
          "--verbose",
          ...at
        ])
        assert.strictEqual(ended.stdout.trim().split("\n").length, 2)
        assert.include(ended.stderr, "credentials: none")
        // oxlint-disable-next-line no-control-regex
        assert.notMatch(ended.stdout + ended.stderr, /\u001b/)
        const forced = yield* lro(["wait", op("ok"), ...at], { env: { FORCE_COLOR: "1" } })
        assert.include(forced.stdout, "\u001b[32mSUCCEEDED")
      })
    ))

  it.live("writes every format: all that is bundled for them is there", () =>
    withServer((_, at) =>
      Effect.gen(function*() {
        const { parse } = yield* Effect.promise(() => import("yaml"))
        const lists = {
          json: JSON.parse,
          yaml: parse,
          ndjson: (text: string) => text.trim().split("\n").map((line) => JSON.parse(line))
        }
        for (const [format, read] of Object.entries(lists)) {
          const wait = yield* lro(["wait", op("ok"), op("bad"), "--format", format, ...at])
          assert.strictEqual(wait.code, 3, wait.stderr)
          const states = read(wait.stdout).map(({ state }: { readonly state: string }) => state)
          assert.deepStrictEqual(states.sort(), ["FAILED", "SUCCEEDED"], format)
          const get = yield* lro(["get", op("bad"), "--format", format, ...at])
          assert.strictEqual(get.code, 0, get.stderr)
          assert.include(get.stdout, "ABORTED")
        }
      })
    ))

  it.live("never says a token", () =>
    withServer((server, at) =>
      Effect.gen(function*() {
        const file = path.join(temporary, "token")
        fs.writeFileSync(file, "ya29.secret-token\n")
        const [endpoint = "", url = ""] = at
        const ended = yield* lro([
          "get",
          op("ok"),
          endpoint,
          url,
          "--token-file",
          file,
          "--verbose"
        ])
        assert.strictEqual(ended.code, 0, ended.stderr)
        assert.notInclude(ended.stdout + ended.stderr, "secret-token")
        assert.include(ended.stderr, `credentials: the token in ${file}`)
        const last = (yield* server.requests).at(-1)
        assert.strictEqual(last?.headers["authorization"], "Bearer ya29.secret-token")
      })
    ))

  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    it.live(`[22] ${signal} ends a wait with ${code}, and says how to go on`, () =>
      withServer((server, at) =>
        Effect.gen(function*() {
          const running = Bundle.start(bundle.bin, [
            "wait",
            op("never"),
            "--cancel-on-interrupt",
            ...at
          ])
          yield* Bundle.until(() => running.stderr().includes("RUNNING"))
          running.process.kill(signal)
          const ended = yield* Effect.promise(() => running.ended)
          assert.strictEqual(ended.code, code, ended.stderr)
          assert.match(
            ended.stderr,
            /lro wait --endpoint \S+ --no-credentials alloydb\/v1:\S+\/never\n/
          )
          const cancels = (yield* server.requests).filter(({ method }) => method === "cancel")
          assert.strictEqual(cancels.length, 1)
        })
      ))
  }

  it.live("goes on from what it wrote: start, then wait, through a pipe", () =>
    withServer((server, at) =>
      Effect.gen(function*() {
        yield* server.script("CreateBackup", Testing.succeedAfter("1 second"))
        const started = yield* lro([
          "start",
          "alloydb",
          "createBackup",
          "--json",
          "-",
          "--set",
          "parent=projects/p/locations/l",
          "--format",
          "ndjson",
          ...at
        ], { stdin: JSON.stringify({ backupId: "b", backup: { clusterName: "c" } }) })
        assert.strictEqual(started.code, 0, started.stderr)
        const waited = yield* lro(["wait", "-", ...at], { stdin: started.stdout })
        assert.strictEqual(waited.code, 0, waited.stderr)
      })
    ))

  it.live("reads standard input once, however often it is named", () =>
    withServer((_, at) =>
      Effect.gen(function*() {
        const ended = yield* lro(["wait", "-", "-", ...at], { stdin: `${op("ok")}\n` })
        assert.strictEqual(ended.code, 0, ended.stderr)
        assert.strictEqual(ended.stdout.trim().split("\n").length, 1)
      })
    ))

  it.live("ends with 74 where results cannot be written, and says so", () =>
    Effect.gen(function*() {
      const full = yield* Effect.promise(() =>
        Bundle.spawned("bash", ["-c", "\"$NODE\" \"$BIN\" describe gke > /dev/full"], {
          env: { NODE: process.execPath, BIN: bundle.bin }
        }).ended
      )
      assert.strictEqual(full.code, 74, full.stderr)
      assert.match(full.stderr, /^error: standard output can't be written: ENOSPC/)
    }))

  it.live("waits for 200 operations at once, a line each", () =>
    withServer((server, at) =>
      Effect.gen(function*() {
        const ids = Array.from({ length: 200 }, (_, index) => `many-${index}`)
        for (const id of ids) yield* server.put(name(id), Testing.succeedAfter("2 seconds"))
        const stdin = ids.map((id) => `${name(id)}\n`).join("")
        const ended = yield* lro(["wait", "-", "--service", "alloydb", "--quiet", ...at], { stdin })
        assert.strictEqual(ended.code, 0, ended.stderr)
        assert.strictEqual(ended.stderr, "")
        const lines = ended.stdout.trim().split("\n")
        assert.strictEqual(new Set(lines.map((line) => line.split(" ")[1])).size, 200)
        assert.isTrue(lines.every((line) => line.startsWith("SUCCEEDED ")))
      })
    ))
})

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

  it.live("the cursor comes back where nobody reads the results any more", () =>
    withServer((server, at) =>
      Effect.gen(function*() {
        yield* server.put(name("spin"), Testing.neverDone())
        yield* server.put(name("soon"), Testing.succeedAfter("2 seconds"))
        const words = [bundle.bin, "wait", op("spin"), op("soon"), ...at].join(" ")
        const terminal = Bundle.openProgram("bash", ["-c", `${process.execPath} ${words} | true`])
        yield* Effect.promise(() => terminal.ended)
        assert.include(terminal.shown(), "\u001b[?25l")
        assert.include(terminal.shown(), "\u001b[?25h")
      })
    ))

  it.live("a window of no size is taken for one of 80 columns", () =>
    withServer((server, at) =>
      Effect.gen(function*() {
        yield* server.put(name("spin"), Testing.neverDone())
        const words = [bundle.bin, "wait", op("spin"), "--timeout", "2s", ...at].join(" ")
        const terminal = Bundle.openProgram("bash", [
          "-c",
          `stty cols 0 rows 0; echo above; ${process.execPath} ${words}`
        ])
        yield* Effect.promise(() => terminal.ended)
        const lines = bare(terminal.shown()).split(/[\r\n]+/).filter((line) => line.includes("…"))
        assert.isAbove(lines.length, 0)
        for (const line of lines) assert.isAbove(line.length, 40, line)
        // Each frame goes up by the one line that it has.
        // oxlint-disable-next-line no-control-regex
        assert.notMatch(terminal.shown(), /\u001b\[(?:[2-9]|\d\d+)A/)
      })
    ))

  it.live("every command writes in colours, and ends as it does elsewhere", () =>
    withServer((server, at) =>
      Effect.gen(function*() {
        yield* server.script("CreateBackup", Testing.succeedAfter("1 second"))
        const table: ReadonlyArray<readonly [words: ReadonlyArray<string>, says: string]> = [
          [["get", op("bad"), ...at], "\u001b[31mFAILED\u001b[39m"],
          [["list", "alloydb:projects/p/locations/l", ...at], "\u001b[1mSTATE"],
          [[...createBackup, "--dry-run"], "POST https://alloydb.googleapis.com/"],
          [[...createBackup, "--wait", ...at], "\u001b[32mSUCCEEDED\u001b[39m"],
          [["delete", op("ok"), "--yes", ...at], "deleted alloydb/v1:"],
          [["search", "kubernetes"], "\u001b[1mservices\u001b[22m"],
          [["describe", "alloydb", "createBackup"], "\u001b[1mcreateBackup\u001b[22m"],
          [["completion", "bash"], "complete -o default -F _lro"]
        ]
        for (const [words, says] of table) {
          const terminal = open(words)
          const code = yield* Effect.promise(() => terminal.ended)
          assert.strictEqual(code, 0, `lro ${words.join(" ")}: ${terminal.shown()}`)
          assert.include(terminal.shown(), says)
        }
        const watch = open(["watch", "alloydb:projects/p/locations/l", ...at])
        yield* Bundle.until(() => bare(watch.shown()).includes("2 run"))
        watch.keys("\u0003")
        assert.strictEqual(yield* Effect.promise(() => watch.ended), 130)
        assert.include(watch.shown(), "\u001b[?25h")
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
