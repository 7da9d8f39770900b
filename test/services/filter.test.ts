import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, FastCheck as fc } from "effect"
import * as Operations from "effect-lro/Operations"
import * as Filter from "effect-lro/services/servicemanagement/filter"
import { http } from "../kit/bakery.ts"
import { repetitions } from "../kit/counts.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

const { and, or, serviceName, startTime, status } = Filter
const service = "example.googleapis.com"
const done = status("=", "done")
const failed = status("!=", "failed")
const since = startTime(">=", "2017-02-01")
const until = startTime("<", "2017-03-01T12:30:00Z")

/** A binding like Service Management's, whose list needs a filter. */
const managed = Operations.binding({
  service: "servicemanagement.googleapis.com",
  version: "v1",
  scopes: [],
  methods: { list: { verb: "GET", templates: ["/v1/operations"], filter: "required" } }
})
const noPage = () => FakeHttp.json({})
const list = "google.longrunning.Operations.ListOperations"

describe("a filter", () => {
  it.each<readonly [text: string, filter: Filter.Filter]>([
    [`serviceName=${service}`, serviceName(service)],
    [`serviceName=${service} AND startTime>="2017-02-01"`, serviceName(service, since)],
    [`serviceName=${service} AND status=done`, serviceName(service, done)],
    [`serviceName=${service} AND status!=failed`, serviceName(service, failed)],
    [
      `serviceName=${service} AND (status=done OR startTime>="2017-02-01")`,
      serviceName(service, or(done, since))
    ],
    [
      `serviceName=${service} AND status=done AND status!=failed`,
      serviceName(service, and(done, failed))
    ],
    // One condition needs no parentheses.
    [`serviceName=${service} AND status=done`, serviceName(service, or(done))],
    [`serviceName=${service} AND status=done`, serviceName(service, and(or(and(done))))],
    // AND in OR and OR in AND keep theirs, the same operator loses them.
    [
      `serviceName=${service} AND ((status=done AND status!=failed) OR startTime>="2017-02-01")`,
      serviceName(service, or(and(done, failed), since))
    ],
    [
      `serviceName=${service} AND status!=failed AND (status=done OR startTime>="2017-02-01")`,
      serviceName(service, and(failed, or(done, since)))
    ],
    [
      `serviceName=${service} AND (status=done OR status!=failed OR startTime>="2017-02-01")`,
      serviceName(service, or(done, or(failed, since)))
    ],
    [
      `serviceName=${service} AND status=done AND status!=failed AND startTime>="2017-02-01"`,
      serviceName(service, and(and(done, failed), since))
    ],
    [
      `serviceName=${service} AND (status=done OR (status!=failed AND (startTime>="2017-02-01" OR startTime<"2017-03-01T12:30:00Z")))`,
      serviceName(service, or(done, and(failed, or(since, until))))
    ],
    // Times, with every operator.
    [
      `serviceName=${service} AND startTime>"2017-02-01"`,
      serviceName(service, startTime(">", "2017-02-01"))
    ],
    [
      `serviceName=${service} AND startTime<="2017-02-01"`,
      serviceName(service, startTime("<=", "2017-02-01"))
    ],
    [
      `serviceName=${service} AND startTime<"2017-02-01T08:00:00.000Z"`,
      serviceName(service, startTime("<", DateTime.unsafeMake("2017-02-01T09:00:00+01:00")))
    ],
    [
      `serviceName=${service} AND startTime<"2017-02-01T09:00:00.123456789+01:00"`,
      serviceName(service, startTime("<", "2017-02-01T09:00:00.123456789+01:00"))
    ],
    // Values that are no plain names are quoted.
    ["serviceName=\"a b\"", serviceName("a b")],
    ["serviceName=\"x OR serviceName=y\"", serviceName("x OR serviceName=y")],
    ["serviceName=\"a\\\"b\\\\c\"", serviceName("a\"b\\c")],
    ["serviceName=\"-a\"", serviceName("-a")],
    ["serviceName=\"AND\"", serviceName("AND")],
    ["serviceName=\"or\"", serviceName("or")],
    ["serviceName=\"(a)\"", serviceName("(a)")]
  ])("%s", (text, filter) => {
    assert.strictEqual(filter.filter, text)
    assert.isUndefined(filter.problem)
  })

  it("never lets a value out of its quotes", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("\"", "\\", " ", "O", "R", "=", "(", ")", "é") }),
        (value) => {
          const { filter } = serviceName(`x y${value}`, done)
          const match = /^serviceName="((?:[^"\\]|\\.)*)" AND status=done$/.exec(filter)
          assert.strictEqual(match?.[1]?.replace(/\\(.)/g, "$1"), `x y${value}`)
        }
      ),
      { numRuns: repetitions(2_000) }
    )
  })

  it.effect.each<readonly [problem: string, filter: Filter.Filter | string]>([
    ["is empty", ""],
    ["is empty", "  "],
    ["contains a lone surrogate", "serviceName=\ud800"],
    ["contains a lone surrogate", serviceName("\udc00.example")],
    ["has an empty serviceName", serviceName("")],
    ["has an empty serviceName", serviceName(" \t")],
    ["has a startTime that is no ISO 8601 time", serviceName(service, startTime(">", ""))],
    ["has a startTime that is no ISO 8601 time", serviceName(service, startTime(">", "yesterday"))],
    [
      "has a startTime that is no ISO 8601 time",
      serviceName(service, startTime(">", "2017-13-01"))
    ],
    [
      "has a startTime that is no ISO 8601 time",
      serviceName(service, startTime(">", "2017-02-01 (x)"))
    ],
    [
      "has a startTime that is no ISO 8601 time",
      serviceName(service, startTime(">", "2017-02-01\" OR \""))
    ],
    [
      "has a startTime that is no ISO 8601 time",
      serviceName(service, and(done, or(failed, startTime(">", "x"))))
    ],
    ["has an unknown status", serviceName(service, status("=", "gone" as "done"))]
  ])("that %s is refused and nothing is sent", ([problem, filter]) =>
    Effect.gen(function*() {
      const client = yield* Operations.make(managed)
      const error = yield* Effect.flip(client.listPage({ filter }))
      assert.strictEqual(error.message, `${list}: \`filter\` ${problem}`)
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(http(noPage))))

  it.effect("[8] that is missing is refused, whatever TypeScript was told", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(managed)
      const request = {} as Operations.FilteredListRequest
      const error = yield* Effect.flip(client.listPage(request))
      assert.strictEqual(error.message, `${list}: \`filter\` is missing`)
      const number = yield* Effect.flip(client.listPage({ filter: 7 as unknown as string }))
      assert.strictEqual(number.message, `${list}: \`filter\` is not a string`)
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(http(noPage))))

  it.effect("[8] of the builder and a raw one are sent alike", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(managed)
      yield* client.listPage({ filter: serviceName(service, or(done, since)), pageSize: 101 })
      yield* client.listPage({
        filter: `serviceName=${service} AND (status=done OR startTime>="2017-02-01")`,
        pageSize: 101
      })
      yield* client.listPage({ filter: "anything goes", name: "operations/x y" })
      const [built, raw, named] = yield* FakeHttp.calls
      assert.strictEqual(
        built?.url,
        "https://servicemanagement.googleapis.com/v1/operations?filter=serviceName%3Dexample.googleapis.com%20AND" +
          "%20(status%3Ddone%20OR%20startTime%3E%3D%222017-02-01%22)&pageSize=101"
      )
      assert.strictEqual(raw?.url, built?.url)
      assert.strictEqual(
        named?.url,
        "https://servicemanagement.googleapis.com/v1/operations?name=operations%2Fx%20y&filter=anything%20goes"
      )
    }).pipe(Effect.provide(http(noPage))))
})
