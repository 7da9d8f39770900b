/** The examples in the help of every command run as they stand, and the help says what docs/cli.md says. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, TestClock } from "effect"
import * as AlloyDB from "effect-lro/services/alloydb/v1"
import * as Gke from "effect-lro/services/container/v1"
import * as CloudRun from "effect-lro/services/run/v2"
import * as Testing from "effect-lro/testing"
import { meanings } from "google-lro/exitCode"
import { examples } from "google-lro/help/examples"
import { Record, States } from "google-lro/operations/record"
import * as fs from "node:fs"
import { codeSpans, parse } from "../../scripts/markdown.ts"
import { lro, lroIn, preload, settled, worldOf } from "./kit.ts"

await preload(["alloydb/v1", "container/v1", "run/v2"])

const ServerLayer = Testing.layer({ services: [AlloyDB, Gke, CloudRun] })

const alloydb = "projects/p/locations/europe-west1/operations/o"

const ref = { service: "alloydb.googleapis.com", version: "v1", name: alloydb }

const prepared = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  yield* server.put(alloydb, Testing.succeedAfter("20 seconds"), { service: ref.service })
  for (const location of ["europe-west1-b", "europe-west1"]) {
    yield* server.put(
      `projects/p/locations/${location}/operations/operation-1`,
      Testing.succeedAfter("20 seconds"),
      { service: "container.googleapis.com" }
    )
  }
  yield* server.put(
    "projects/p/locations/l/operations/operation-1",
    Testing.succeedAfter("20 seconds"),
    { service: "container.googleapis.com" }
  )
})

const world = {
  stdin: `${alloydb}\n`,
  files: {
    "started.json": JSON.stringify({ ref }),
    "cluster.json": JSON.stringify({ cluster: { name: "c", initialNodeCount: 1 } })
  }
}

/** What does not end with 0, and why. */
const ends: ReadonlyArray<readonly [ending: string, code: number]> = [["--yes --wait", 6]]

describe("the help of", () => {
  for (const [command, all] of Object.entries(examples)) {
    it.effect(`${command} has examples that run`, () =>
      Effect.gen(function*() {
        const help = yield* lro(`${command} --help`)
        assert.strictEqual(help.code, 0)
        assert.isAbove(all.length, 0)
        for (const { line } of all) {
          assert.include(help.stdout, line)
          yield* prepared
          const running = worldOf(world)
          const fiber = yield* Effect.fork(lroIn(line.replace(/^lro /, ""), running))
          yield* settled
          yield* TestClock.adjust("1 minute")
          if (command === "watch" && !line.includes("--until-idle")) {
            // It goes on until somebody stops it.
            assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)), line)
            yield* Fiber.interrupt(fiber)
            const lists = (yield* (yield* Testing.OperationsServer).requests).filter(({ method }) =>
              method === "list"
            )
            assert.isAbove(lists.length, 1, line)
            assert.include(running.said.stderr, `RUNNING alloydb/v1:${alloydb}`)
            continue
          }
          const { code, stderr } = yield* Fiber.join(fiber)
          const wanted = ends.find(([ending]) => line.endsWith(ending))?.[1] ?? 0
          assert.strictEqual(code, wanted, `${line}: ${stderr}`)
        }
        for (const [code, meaning] of meanings) {
          assert.match(help.stdout, new RegExp(`${code} +${meaning.replaceAll(/[()]/g, "\\$&")}`))
        }
      }).pipe(Effect.provide(ServerLayer)))
  }
})

describe("the help", () => {
  it.effect("says which credentials a call has unless it is told, and how a service is found", () =>
    Effect.gen(function*() {
      for (const command of ["get", "list", "wait", "watch", "cancel", "delete", "start"]) {
        const { stdout } = yield* lro(`${command} --help`)
        assert.include(stdout, "Application Default Credentials", command)
        if (command !== "start") assert.include(stdout, "`lro search WORDS` finds the service")
        for (const line of stdout.split("\n")) {
          if (!line.startsWith("  lro ")) assert.isAtMost(line.length, 80, line)
        }
      }
      assert.notInclude((yield* lro("search --help")).stdout, "Application Default Credentials")
    }).pipe(Effect.provide(ServerLayer)))
})

describe("the help of the program", () => {
  it.effect("has the first examples of its commands, and fits a terminal", () =>
    Effect.gen(function*() {
      const help = yield* lro("--help")
      assert.strictEqual(help.code, 0)
      for (const command of ["search", "list", "wait"]) {
        assert.include(help.stdout, `\n  ${examples[command]?.[0]?.line}\n`)
      }
      for (const line of help.stdout.split("\n")) assert.isAtMost(line.length, 80)
      assert.strictEqual((yield* lro("help")).stdout, help.stdout)
      assert.strictEqual((yield* lro("help wait")).stdout, (yield* lro("wait --help")).stdout)
      const refused = yield* lro("start gke")
      assert.strictEqual(refused.code, 2)
      assert.include(refused.stderr, "`lro COMMAND --help` say more")
    }).pipe(Effect.provide(ServerLayer)))
})

describe("docs/cli.md", () => {
  const { tables } = parse(fs.readFileSync("docs/cli.md", "utf8"))
  const firstCells = (heading: string) =>
    tables.filter((table) => table.heading === heading).flatMap(({ rows }) =>
      rows.map(({ cells: [cell = ""] }) => cell)
    )

  it("has every command", () => {
    assert.deepStrictEqual(
      firstCells("Commands").map((cell) => codeSpans(cell)[0]?.split(" ")[1]).sort(),
      Object.keys(examples).sort()
    )
  })

  it("has every field of a record, and every state", () => {
    const fields = firstCells("Output").flatMap(codeSpans)
    assert.deepStrictEqual(fields.sort(), Object.keys(Record.fields).sort())
    const text = fs.readFileSync("docs/cli.md", "utf8")
    for (const state of States) assert.include(text, `\`${state}\``)
  })

  it("has every exit code", () => {
    assert.deepStrictEqual(
      firstCells("Exit codes").flatMap((cell) => cell.split(", ")).map(Number).sort((a, b) =>
        a - b
      ),
      meanings.map(([code]) => code).sort((a, b) => a - b)
    )
  })
})
