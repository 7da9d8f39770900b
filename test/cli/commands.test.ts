/** Every command against the operations server, in virtual time: what it sends, what it says, what it ends with. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, type Layer, Schema, TestClock } from "effect"
import * as AlloyDB from "effect-lro/services/alloydb/v1"
import * as Gke from "effect-lro/services/container/v1"
import * as Testing from "effect-lro/testing"
import { Record } from "google-lro/operations/record"
import { type Ended, lro, lroIn, preload, settled, type World, worldOf } from "./kit.ts"

await preload(["alloydb/v1", "analyticshub/v1", "container/v1", "run/v2"])

const parent = "projects/p/locations/l"
const name = (id: string): string => `${parent}/operations/${id}`
const op = (id: string): string => `alloydb:${name(id)}`

const ServerLayer = Testing.layer({ services: [AlloyDB, Gke] })

type Needs = Layer.Layer.Success<typeof ServerLayer>

const test = (title: string, effect: Effect.Effect<unknown, never, Needs>): void => {
  it.effect(title, () => Effect.provide(effect, ServerLayer))
}

const metadata = (fields: { readonly [field: string]: unknown }) =>
  Testing.pack("google.cloud.alloydb.v1.OperationMetadata", fields)

/** Runs a command line while the clock goes on by so much. */
const within = (duration: string, line: string, world?: World) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(lro(line, world))
    yield* settled
    yield* TestClock.adjust(duration as "1 second")
    return yield* Fiber.join(fiber)
  })

const put = (id: string, script: Testing.Script) =>
  Effect.flatMap(Testing.OperationsServer, (server) => server.put(name(id), script))

const paths = Effect.flatMap(
  Testing.OperationsServer,
  (server) =>
    Effect.map(
      server.requests,
      (all) =>
        all.map(({ path, query, verb }) => `${verb} ${path}${query === "" ? "" : `?${query}`}`)
    )
)

const code = ({ code, stderr }: Ended, wanted: number): void =>
  assert.strictEqual(code, wanted, stderr)

describe("lro get", () => {
  test(
    "shows state, code and metadata as text",
    Effect.gen(function*() {
      yield* put(
        "o",
        Testing.failAfter(0, { code: "RESOURCE_EXHAUSTED", message: "no room" }, {
          metadata: metadata({ verb: "create", target: "projects/p/locations/l/clusters/c" })
        })
      )
      const ended = yield* lro(`get ${op("o")}`)
      code(ended, 0)
      assert.deepStrictEqual(ended.stdout.split("\n"), [
        "state    FAILED",
        "name     projects/p/locations/l/operations/o",
        "service  alloydb/v1",
        "verb     create",
        "target   projects/p/locations/l/clusters/c",
        "code     RESOURCE_EXHAUSTED",
        "message  no room",
        "metadata",
        "  @type: type.googleapis.com/google.cloud.alloydb.v1.OperationMetadata",
        "  verb: create",
        "  target: projects/p/locations/l/clusters/c",
        ""
      ])
      assert.deepStrictEqual(yield* paths, [`GET /v1/${name("o")}`])
    })
  )

  test(
    "writes a record that fits its Schema in every other format",
    Effect.gen(function*() {
      yield* put("o", Testing.succeedAfter(0, { metadata: metadata({ verb: "create" }) }))
      const { parse } = yield* Effect.promise(() => import("yaml"))
      const json = JSON.parse((yield* lro(`get ${op("o")} --format json`)).stdout)
      yield* Effect.orDie(Schema.decodeUnknown(Record)(json, { onExcessProperty: "error" }))
      assert.deepStrictEqual(
        JSON.parse((yield* lro(`get ${op("o")} --format ndjson`)).stdout),
        json
      )
      assert.deepStrictEqual(parse((yield* lro(`get ${op("o")} --format yaml`)).stdout), json)
      assert.strictEqual(json.state, "SUCCEEDED")
    })
  )

  test(
    "[1] refuses what is no name before anything is sent",
    Effect.gen(function*() {
      for (
        const line of [
          "get projects/p/locations/l/operations/o",
          "get alloydb:operations/o",
          `get ${op("o")} ${op("o")}`,
          `get ${op("o")} --format xml`,
          "get",
          "get admanager:x"
        ]
      ) {
        code(yield* lro(line), 2)
      }
      assert.deepStrictEqual(yield* paths, [])
    })
  )

  test(
    "ends with 5 where the call fails",
    Effect.map(lro(`get ${op("gone")}`), (ended) => {
      code(ended, 5)
      assert.match(ended.stderr, /^error: .*NOT_FOUND/)
    })
  )
})

describe("lro list", () => {
  const three = Effect.all([
    put(
      "a",
      Testing.succeedAfter(0, {
        metadata: metadata({
          verb: "create",
          createTime: "2026-01-01T00:00:00Z",
          target: `${parent}/clusters/c`
        })
      })
    ),
    put("b", Testing.failAfter(0, { code: "ABORTED", message: "stop" })),
    put("c", Testing.neverDone())
  ])

  test(
    "writes a table as wide as its first page",
    Effect.gen(function*() {
      yield* three
      const ended = yield* lro(`list alloydb:${parent}`)
      code(ended, 0)
      assert.deepStrictEqual(ended.stdout.split("\n"), [
        "STATE      STARTED               VERB    NAME                                 TARGET      ERROR",
        `SUCCEEDED  2026-01-01T00:00:00Z  create  ${name("a")}  clusters/c`,
        `FAILED     -                     -       ${name("b")}  -           ABORTED: stop`,
        `RUNNING    -                     -       ${name("c")}  -`,
        ""
      ])
    })
  )

  test(
    "picks by state and number, and passes the filter on",
    Effect.gen(function*() {
      yield* three
      const ids = (line: string) =>
        Effect.map(
          lro(`list alloydb:${parent} --format ndjson ${line}`),
          ({ stdout }) =>
            stdout.trim().split("\n").filter((each) => each !== "").map((each) =>
              JSON.parse(each).name.at(-1)
            ).join("")
        )
      assert.strictEqual(yield* ids(""), "abc")
      assert.strictEqual(yield* ids("--failed"), "b")
      assert.strictEqual(yield* ids("--running"), "c")
      assert.strictEqual(yield* ids("--failed --running"), "bc")
      assert.strictEqual(yield* ids("--limit 2"), "ab")
      assert.strictEqual(yield* ids("--page-size 1"), "abc")
      yield* TestClock.setTime(Date.parse("2026-01-03T00:00:00Z"))
      assert.strictEqual(yield* ids("--since 1d"), "bc")
      yield* ids("--filter done=true")
      assert.include((yield* paths).at(-1), "filter=done%3Dtrue")
    })
  )

  test(
    "is JSON and YAML as a whole",
    Effect.gen(function*() {
      const { parse } = yield* Effect.promise(() => import("yaml"))
      for (const count of [0, 3]) {
        if (count === 3) yield* three
        const json = JSON.parse((yield* lro(`list alloydb:${parent} --format json`)).stdout)
        const yaml = parse((yield* lro(`list alloydb:${parent} --format yaml`)).stdout)
        assert.strictEqual(json.length, count)
        assert.deepStrictEqual(
          yaml.map((each: { name: string }) => each.name),
          json.map((each: { name: string }) => each.name)
        )
      }
    })
  )
})

describe("a URL", () => {
  test(
    "[4] of another host of the service is listed and asked there; of any other it is refused",
    Effect.gen(function*() {
      const url = `https://alloydb.mtls.googleapis.com/v1/${parent}`
      // The server has no such host: what counts is which one was asked.
      code(yield* lro(`list ${url}/operations`), 5)
      code(yield* lro(`get ${url}/operations/o`), 5)
      const hosts = yield* Effect.flatMap(
        Testing.OperationsServer,
        (server) => Effect.map(server.requests, (all) => all.map(({ headers }) => headers["host"]))
      )
      assert.deepStrictEqual(new Set(hosts), new Set(["alloydb.mtls.googleapis.com"]))
      const foreign = `http://127.0.0.1:9/v1/${parent}`
      code(yield* lro(`list ${foreign} --service alloydb`), 2)
      code(yield* lro(`get ${foreign}/operations/o --service alloydb`), 2)
      assert.strictEqual((yield* paths).length, hosts.length)
    })
  )
})

describe("an endpoint in a name", () => {
  const elsewhere = `https://alloydb.mtls.googleapis.com/v1/${name("a")}`
  const reference = (fields: object) =>
    JSON.stringify({ service: "alloydb.googleapis.com", version: "v1", name: name("a"), ...fields })

  test(
    "[4] is not asked where --endpoint says another",
    Effect.gen(function*() {
      yield* put("a", Testing.succeedAfter(0))
      const files = { "r.json": reference({ endpoint: "https://alloydb.mtls.googleapis.com" }) }
      const server = yield* Testing.OperationsServer
      const at = "--endpoint https://alloydb.googleapis.com"
      for (const word of [elsewhere, "r.json"]) {
        for (const command of ["get", "wait", "cancel --yes", "delete --yes"]) {
          yield* put("a", Testing.succeedAfter(0))
          code(yield* lro(`${command} ${word} ${at}`, { files }), 0)
        }
      }
      const hosts = new Set((yield* server.requests).map(({ headers }) => headers["host"]))
      assert.deepStrictEqual(hosts, new Set(["alloydb.googleapis.com"]))
    })
  )

  test(
    "[4] of another service is refused before anything is sent, with the option that asks it",
    Effect.gen(function*() {
      yield* put("a", Testing.neverDone())
      const foreign = "http://127.0.0.1:9"
      const files = { "r.json": reference({ endpoint: foreign }) }
      for (const command of ["get", "wait", "cancel", "delete", "cancel --wait"]) {
        const several = command === "get" ? "" : op("a")
        for (const word of ["r.json", `${foreign}/v1/${name("a")} --service alloydb`]) {
          const ended = yield* lro(`${command} ${several} ${word}`, { files })
          code(ended, 2)
          assert.include(ended.stderr, `--endpoint ${foreign}`)
          assert.notInclude(ended.stderr, "allowForeignEndpoint")
        }
      }
      assert.deepStrictEqual(yield* paths, [])
    })
  )

  test(
    "[8] stands in a reference, whose service may be written short",
    Effect.gen(function*() {
      yield* put("a", Testing.succeedAfter(0))
      const files = { "r.json": reference({ service: "alloydb" }) }
      code(yield* lro("get r.json", { files }), 0)
      code(yield* lro("wait r.json", { files }), 0)
    })
  )
})

describe("lro wait", () => {
  test(
    "[1] checks all names before anything is sent",
    Effect.gen(function*() {
      yield* put("a", Testing.neverDone())
      for (const last of ["a?b", "a#b", "..", "."]) {
        for (const command of ["wait", "cancel", "delete"]) {
          const ended = yield* lro(`${command} ${op("a")} ${op(last)}`)
          code(ended, 2)
        }
      }
      assert.deepStrictEqual(yield* paths, [])
    })
  )

  test(
    "[17] an operation that no poll ever reached is unknown, and its wait is a call that failed",
    Effect.gen(function*() {
      yield* put("a", Testing.neverDone())
      const server = yield* Testing.OperationsServer
      yield* server.fail({ name: name("a") }, Testing.replyError("UNAVAILABLE"), { times: 99 })
      const ended = yield* within("1 minute", `wait ${op("a")} --timeout 20s --format ndjson`)
      code(ended, 5)
      assert.strictEqual(JSON.parse(ended.stdout).state, "UNKNOWN")
      assert.include(ended.stderr, `lro wait alloydb/v1:${name("a")}\n`)
    })
  )

  test(
    "refuses durations of nothing, and to list more than once a second",
    Effect.gen(function*() {
      for (
        const line of [
          `wait ${op("a")} --timeout 0`,
          `cancel ${op("a")} --wait --timeout 0s`,
          `start alloydb createBackup --wait --timeout 0`,
          `list alloydb:${parent} --since 0`,
          `watch alloydb:${parent} --every 0s`,
          `watch alloydb:${parent} --every 500ms`
        ]
      ) {
        const ended = yield* lro(line)
        code(ended, 2)
        assert.match(ended.stderr, /more than 0|at least 1s/, line)
      }
      assert.deepStrictEqual(yield* paths, [])
      assert.include((yield* lro("watch --help")).stdout, "(default: 10s)")
    })
  )

  test(
    "gives every name a result line, and ends with what is worst",
    Effect.gen(function*() {
      yield* put("a", Testing.succeedAfter("4 seconds"))
      yield* put("b", Testing.failAfter("9 seconds", { code: "ABORTED", message: "stop" }))
      const ended = yield* within("1 minute", `wait ${op("a")} ${op("b")} ${op("gone")}`)
      code(ended, 3)
      const lines = ended.stdout.trim().split("\n").sort()
      assert.strictEqual(lines.length, 3)
      assert.match(lines[0] ?? "", /^FAILED {4}alloydb\/v1:\S+\/b \d+s ABORTED: stop$/)
      assert.match(lines[1] ?? "", /^SUCCEEDED alloydb\/v1:\S+\/a \d+s$/)
      assert.match(lines[2] ?? "", /^UNKNOWN {3}alloydb\/v1:\S+\/gone .*NOT_FOUND/)
    })
  )

  test(
    "says how long an operation took, and of one that had ended before only what the service says",
    Effect.gen(function*() {
      const between = { createTime: "1969-12-31T23:00:00Z", endTime: "1969-12-31T23:02:00Z" }
      yield* put("a", Testing.succeedAfter(0))
      yield* put("b", Testing.succeedAfter(0, { metadata: metadata(between) }))
      yield* put("c", Testing.succeedAfter("4 seconds"))
      yield* put(
        "d",
        Testing.succeedAfter("4 seconds", {
          metadata: metadata({ createTime: "1969-12-31T23:00:00Z" })
        })
      )
      const ended = yield* within("1 minute", `wait ${["a", "b", "c", "d"].map(op).join(" ")}`)
      code(ended, 0)
      assert.deepStrictEqual(
        ended.stdout.trim().split("\n").sort().map((line) => line.replace(/^.*operations\//, "")),
        ["a", "b 2m00s", "c 5s", "d 1h00m"]
      )
    })
  )

  test(
    "[17] one deadline is for all; 124 where something still runs, with a line to wait on",
    Effect.gen(function*() {
      yield* put("a", Testing.succeedAfter("4 seconds"))
      yield* put("b", Testing.neverDone())
      const ended = yield* within("1 minute", `wait ${op("a")} ${op("b")} --timeout 30s`)
      code(ended, 124)
      assert.match(ended.stdout, /RUNNING {3}alloydb\/v1:\S+\/b \d\ds still runs after \d\ds/)
      assert.include(
        ended.stderr,
        `1 operation may still run. To wait on:\n  lro wait alloydb/v1:${name("b")}\n`
      )
    })
  )

  test(
    "--requests-per-minute holds in any minute, for all services together: 200 operations at once",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const ids = Array.from({ length: 200 }, (_, index) => name(`many-${index}`))
      for (const [index, id] of ids.entries()) {
        const service = index % 2 === 0 ? "alloydb.googleapis.com" : "container.googleapis.com"
        yield* server.put(id, Testing.succeedAfter("3 minutes"), { service })
      }
      const stdin = ids.map((id, index) => `${index % 2 === 0 ? "alloydb" : "gke"}:${id}\n`).join(
        ""
      )
      const ended = yield* within("1 hour", "wait - --quiet --requests-per-minute 600", { stdin })
      code(ended, 0)
      assert.strictEqual(ended.stdout.trim().split("\n").length, 200)
      const at = (yield* server.requests).map((request) => request.at)
      assert.isAbove(at.length, 600)
      for (const [index, from] of at.entries()) {
        const then = at[index + 600]
        if (then !== undefined) assert.isAtLeast(then - from, 60_000)
      }
    })
  )

  test(
    "without a terminal writes a line a change, and one every 30 seconds",
    Effect.gen(function*() {
      yield* put(
        "a",
        Testing.succeedAfter("70 seconds", {
          metadata: [
            { at: 0, metadata: metadata({ verb: "create" }) },
            { at: "20 seconds", metadata: metadata({ verb: "create", statusMessage: "copying" }) }
          ]
        })
      )
      const ended = yield* within("2 minutes", `wait ${op("a")}`)
      code(ended, 0)
      assert.deepStrictEqual(ended.stderr.split("\n"), [
        `RUNNING alloydb/v1:${name("a")} create`,
        `RUNNING alloydb/v1:${name("a")} create copying`,
        "waiting for 1 of 1, 30s",
        "waiting for 1 of 1, 1m00s",
        ""
      ])
      const quiet = yield* within("2 minutes", `wait ${op("a")} --quiet`)
      assert.strictEqual(quiet.stderr, "")
    })
  )

  test(
    "on a terminal draws a bar that is gone in the end",
    Effect.gen(function*() {
      yield* put(
        "a",
        Testing.succeedAfter("1 minute", {
          metadata: ({ fraction }) =>
            metadata({ verb: "import", progressPercentage: Math.round(fraction * 100) })
        })
      )
      const world = worldOf({ terminal: { columns: 90, rows: 24 } })
      const fiber = yield* Effect.fork(lroIn(`wait ${op("a")}`, world))
      yield* settled
      yield* TestClock.adjust("40 seconds")
      assert.match(world.said.stderr, /━/)
      assert.match(world.said.stderr, / \d\d% /)
      yield* TestClock.adjust("1 minute")
      const ended = yield* Fiber.join(fiber)
      code(ended, 0)
      assert.isTrue(ended.stderr.endsWith("\u001b[0J\u001b[A"))
      assert.include(ended.stdout, "\u001b[32mSUCCEEDED\u001b[39m")
    })
  )

  test(
    "writes records as they end",
    Effect.gen(function*() {
      yield* put("a", Testing.succeedAfter("4 seconds"))
      yield* put("b", Testing.succeedAfter("20 seconds"))
      const ended = yield* within("1 minute", `wait ${op("b")} ${op("a")} --format json`)
      const records = yield* Effect.orDie(
        Schema.decodeUnknown(Schema.parseJson(Schema.Array(Record)))(ended.stdout)
      )
      assert.deepStrictEqual(records.map((each) => each.name), [name("a"), name("b")])
    })
  )

  test(
    "[22] interrupted, says what still runs; cancels it only where that was asked for",
    Effect.gen(function*() {
      for (const [option, cancels] of [["", 0], [" --cancel-on-interrupt", 1]] as const) {
        yield* put("a", Testing.neverDone())
        const world = worldOf()
        const fiber = yield* Effect.fork(lroIn(`wait ${op("a")}${option}`, world))
        yield* settled
        yield* TestClock.adjust("10 seconds")
        yield* Fiber.interrupt(fiber)
        assert.include(world.said.stderr, `lro wait alloydb/v1:${name("a")}\n`)
        assert.strictEqual(
          (yield* paths).filter((path) => path.endsWith(":cancel")).length,
          cancels
        )
        if (cancels === 1) assert.include(world.said.stderr, "asked to cancel 1 of 1\n")
      }
    })
  )

  test(
    "[22] interrupted, says of how many the cancel was taken",
    Effect.gen(function*() {
      yield* put("a", Testing.neverDone())
      yield* put("b", Testing.neverDone({ cancellation: "unsupported" }))
      const world = worldOf()
      const fiber = yield* Effect.fork(
        lroIn(`wait ${op("a")} ${op("b")} --cancel-on-interrupt`, world)
      )
      yield* settled
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.interrupt(fiber)
      assert.match(world.said.stderr, /warn: could not cancel \S+\/b: /)
      assert.include(world.said.stderr, "asked to cancel 1 of 2\n")
      assert.strictEqual((yield* paths).filter((path) => path.endsWith(":cancel")).length, 2)
    })
  )

  test(
    "goes on from the record of a start",
    Effect.gen(function*() {
      const started = yield* lro(
        `start alloydb createBackup --set parent=${parent} --set backupId=b --set backup.clusterName=c --format ndjson`
      )
      code(started, 0)
      const ended = yield* within("1 minute", "wait -", { stdin: started.stdout })
      code(ended, 0)
    })
  )
})

describe("lro cancel and lro delete", () => {
  test(
    "ask first on a terminal, and nowhere else",
    Effect.gen(function*() {
      yield* put("a", Testing.neverDone())
      const terminal = { columns: 80, rows: 24 }
      const no = yield* lro(`cancel ${op("a")}`, { terminal, answer: "n" })
      code(no, 2)
      assert.deepStrictEqual(no.questions, [`Cancel alloydb/v1:${name("a")} [y/N] `])
      assert.deepStrictEqual(yield* paths, [])
      code(yield* lro(`cancel ${op("a")}`, { terminal, answer: "y" }), 0)
      code(yield* lro(`cancel ${op("a")} --yes`, { terminal }), 0)
      const piped = yield* lro(`delete ${op("a")}`)
      code(piped, 0)
      assert.strictEqual(piped.stdout, `deleted alloydb/v1:${name("a")}\n`)
    })
  )

  test(
    "cancel --wait says what became of it",
    Effect.gen(function*() {
      yield* put("a", Testing.neverDone())
      yield* put("b", Testing.succeedAfter("5 seconds", { cancellation: "ignored" }))
      code(yield* within("1 minute", `cancel ${op("a")} --wait`), 6)
      code(yield* within("1 minute", `cancel ${op("b")} --wait`), 0)
    })
  )

  test(
    "are written in the format that is asked for: what a wait takes",
    Effect.gen(function*() {
      yield* put("a", Testing.succeedAfter("4 seconds", { cancellation: "ignored" }))
      const ended = yield* lro(`cancel ${op("gone")} ${op("a")} --format ndjson`)
      code(ended, 5)
      const lines = ended.stdout.trim().split("\n").map((line) => JSON.parse(line))
      const of = (id: string) => lines.find((line) => line.name === name(id))
      assert.strictEqual(lines.length, 2)
      assert.strictEqual(of("gone").error.code, "NOT_FOUND")
      assert.hasAllKeys(of("a"), ["service", "name", "ref"])
      const json = yield* lro(`cancel ${op("a")} --format json`)
      code(json, 0)
      assert.deepStrictEqual(JSON.parse(json.stdout).map((each: Record) => each.name), [name("a")])
      code(yield* within("1 minute", "wait -", { stdin: json.stdout }), 0)
    })
  )

  test(
    "refuse what counts with --wait alone",
    Effect.gen(function*() {
      yield* put("a", Testing.neverDone())
      const cancel = yield* lro(`cancel ${op("a")} --timeout 5s`)
      code(cancel, 2)
      assert.include(cancel.stderr, "--timeout needs --wait")
      const start = yield* lro("start alloydb createBackup --timeout 5s")
      code(start, 2)
      assert.include(start.stderr, "--timeout needs --wait")
      code(yield* lro(`cancel ${op("a")} --cancel-on-interrupt`), 2)
      assert.deepStrictEqual(yield* paths, [])
      for (const command of ["cancel", "start"]) {
        assert.match((yield* lro(`${command} --help`)).stdout, /--timeout <duration> +with --wait/)
      }
    })
  )

  test(
    "one that fails does not keep the others",
    Effect.gen(function*() {
      yield* put("a", Testing.neverDone())
      const ended = yield* lro(`cancel ${op("gone")} ${op("a")}`)
      code(ended, 5)
      assert.include(ended.stdout, `asked to cancel alloydb/v1:${name("a")}`)
    })
  )

  test(
    "what a service does not serve is refused before anybody is asked and anything is sent",
    Effect.gen(function*() {
      const terminal = { columns: 80, rows: 24 }
      const table = [
        [
          "delete gke:projects/p/locations/l/operations/o",
          "container/v1 (Kubernetes Engine API) does not serve delete"
        ],
        [
          "cancel run:projects/p/locations/l/operations/o --wait",
          "run/v2 (Cloud Run Admin API) does not serve cancel"
        ],
        [
          "start analyticshub deleteSubscription --set name=projects/p/locations/l/subscriptions/s --wait",
          "analyticshub/v1 (Analytics Hub API) does not serve get"
        ]
      ] as const
      for (const [line, says] of table) {
        const ended = yield* lro(line, { terminal })
        code(ended, 2)
        assert.include(ended.stderr, `${says}\n`)
        assert.deepStrictEqual(ended.questions, [])
      }
      assert.deepStrictEqual(yield* paths, [])
    })
  )
})

describe("lro start", () => {
  const line = `start alloydb createBackup --set parent=${parent} --set backupId=b`

  test(
    "prints verb, URL and body, and sends nothing, with --dry-run",
    Effect.gen(function*() {
      const ended = yield* lro(`${line} --set backup.clusterName=c --set requestId=r --dry-run`)
      code(ended, 0)
      assert.strictEqual(
        ended.stdout,
        `POST https://alloydb.googleapis.com/v1/${parent}/backups?backupId=b&requestId=r\n\n{\n  "clusterName": "c"\n}\n`
      )
      assert.deepStrictEqual(yield* paths, [])
      const json = yield* lro(`${line} --set backup.clusterName=c --dry-run --format json`)
      code(json, 0)
      assert.deepInclude(JSON.parse(json.stdout), { verb: "POST", body: { clusterName: "c" } })
      assert.include(JSON.parse(json.stdout).url, `/v1/${parent}/backups?backupId=b`)
    })
  )

  test(
    "refuses a field in two spellings, also at the top",
    Effect.gen(function*() {
      const files = {
        "r.json": JSON.stringify({
          parent,
          backup_id: "a",
          backupId: "b",
          backup: { clusterName: "c" }
        })
      }
      const ended = yield* lro("start alloydb createBackup --json r.json", { files })
      code(ended, 2)
      assert.include(ended.stderr, "in another spelling: give one of them")
      assert.deepStrictEqual(yield* paths, [])
    })
  )

  test(
    "refuses unknown fields with suggestions, and says all that is missing",
    Effect.gen(function*() {
      const files = { "r.json": JSON.stringify({ backupid: "b", backup: { displayNam: "x" } }) }
      const ended = yield* lro("start alloydb createBackup --json r.json", { files })
      code(ended, 2)
      assert.deepStrictEqual(ended.stderr.split("\n"), [
        "error: the request does not fit createBackup of alloydb/v1; nothing was sent",
        "  backupid is no field of CreateBackupRequest; did you mean backupId?",
        "  backup.displayNam is no field of Backup; did you mean displayName?",
        "  parent is missing",
        "  backupId is missing",
        "`lro describe alloydb/v1 createBackup` has its fields",
        ""
      ])
      const unknown = yield* lro("start alloydb creatBackup")
      code(unknown, 2)
      assert.include(unknown.stderr, "did you mean createBackup")
    })
  )

  test(
    "gives the name, and a line to wait for it",
    Effect.gen(function*() {
      const ended = yield* lro(`${line} --set backup.clusterName=c`)
      code(ended, 0)
      assert.match(ended.stdout, /^alloydb\/v1:projects\/p\/locations\/l\/operations\/\S+\n$/)
      assert.include(ended.stderr, `to wait for it:\n  lro wait ${ended.stdout}`)
    })
  )

  test(
    "waits for the end, and its exit code says which",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      code(yield* within("1 minute", `${line} --set backup.clusterName=c --wait`), 0)
      yield* server.script(
        AlloyDB.createBackup,
        Testing.failAfter("5 seconds", { code: "INTERNAL" })
      )
      code(yield* within("1 minute", `${line} --set backup.clusterName=c --wait`), 3)
      yield* server.script(AlloyDB.createBackup, Testing.neverDone())
      code(
        yield* within("1 minute", `${line} --set backup.clusterName=c --wait --timeout 20s`),
        124
      )
    })
  )
})

describe("lro watch", () => {
  test(
    "new ones join, ended ones leave a line",
    Effect.gen(function*() {
      yield* put("a", Testing.succeedAfter("15 seconds"))
      const world = worldOf()
      const fiber = yield* Effect.fork(lroIn(`watch alloydb:${parent} --until-idle`, world))
      yield* settled
      yield* TestClock.adjust("5 seconds")
      yield* put("b", Testing.failAfter("20 seconds", { code: "ABORTED", message: "stop" }))
      yield* TestClock.adjust("1 minute")
      const ended = yield* Fiber.join(fiber)
      code(ended, 0)
      assert.deepStrictEqual(ended.stderr.trim().split("\n"), [
        `RUNNING alloydb/v1:${name("a")}`,
        `RUNNING alloydb/v1:${name("b")}`
      ])
      const [first, second] = ended.stdout.split("\n")
      assert.match(first ?? "", /^SUCCEEDED \S+\/a 20s$/)
      assert.match(second ?? "", /^FAILED {4}\S+\/b \d+s ABORTED: stop$/)
    })
  )

  test(
    "[22] interrupted, says what runs, with a line to wait for it",
    Effect.gen(function*() {
      yield* put("a", Testing.neverDone())
      const world = worldOf()
      const fiber = yield* Effect.fork(lroIn(`watch alloydb:${parent}`, world))
      yield* settled
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.interrupt(fiber)
      assert.include(
        world.said.stderr,
        `1 operation may still run. To wait on:\n  lro wait alloydb/v1:${name("a")}\n`
      )
    })
  )
})

describe("--no-credentials", () => {
  test(
    "is refused beside what says which credentials",
    Effect.gen(function*() {
      for (const option of ["--impersonate a@p.iam", "--token-file t"]) {
        const ended = yield* lro(`get ${op("a")} ${option} --no-credentials`, {
          files: { t: "ya29.t" }
        })
        code(ended, 2)
        assert.include(ended.stderr, "cannot be used with option")
      }
      assert.deepStrictEqual(yield* paths, [])
    })
  )
})

describe("lro search, describe and completion", () => {
  test(
    "find services by products, and methods by their words",
    Effect.gen(function*() {
      const found = (words: string) =>
        Effect.map(lro(`search ${words} --format json`), ({ stdout }) => JSON.parse(stdout))
      assert.strictEqual((yield* found("'cloud run'")).services[0].module, "run/v2")
      assert.strictEqual((yield* found("kubernetes")).services[0].module, "container/v1")
      assert.strictEqual((yield* found("gke")).services[0].module, "container/v1")
      assert.strictEqual((yield* found("gce")).services[0].module, "compute/v1")
      assert.strictEqual((yield* found("postgres")).services[0].module, "sqladmin/v1")
      const { methods } = yield* found("create cluster")
      assert.deepInclude(methods, { module: "container/v1", method: "createCluster" })
      assert.strictEqual((yield* lro("search zzzz")).stdout, "nothing has zzzz\n")
    })
  )

  test(
    "describe what a service starts, and what a method takes and gives",
    Effect.gen(function*() {
      const service = yield* lro("describe alloydb")
      assert.include(service.stdout, "serves  get, list, cancel, delete")
      assert.include(service.stdout, "other versions  alloydb/v1beta, alloydb/v1alpha")
      const method = yield* lro("describe gke createCluster --depth 1")
      code(method, 0)
      assert.match(method.stdout, /\* cluster +Cluster/)
      // Its proto does not say so, but no URL is without it.
      assert.match(method.stdout, /\* parent +string {2}\(required\)/)
      assert.include(method.stdout, "operations.run(createCluster, {")
    })
  )

  test(
    "complete what is typed",
    Effect.gen(function*() {
      const after = (words: string) =>
        Effect.map(lro(`__complete -- ${words}`), ({ stdout }) => stdout.trim().split("\n"))
      assert.deepStrictEqual(yield* after("wa"), ["wait", "watch"])
      assert.deepStrictEqual(yield* after("wait allo"), ["alloydb:"])
      assert.deepStrictEqual(yield* after("start alloydb createB"), ["createBackup"])
      assert.deepStrictEqual(yield* after("wait --format nd"), ["ndjson"])
      assert.include(yield* after("wait --"), "--timeout")
      for (const shell of ["bash", "zsh", "fish"]) code(yield* lro(`completion ${shell}`), 0)
      code(yield* lro("completion tcsh"), 2)
    })
  )
})
