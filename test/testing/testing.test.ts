import { HttpClient, HttpClientRequest } from "@effect/platform"
import type { HttpMethod } from "@effect/platform/HttpMethod"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer, Stream, TestClock } from "effect"
import * as Filter from "effect-lro/internal/testing/filter"
import * as Testing from "effect-lro/testing"
import { bindings } from "../kit/testing/bindings.ts"
import { contract } from "../kit/testing/contract.ts"
import { Sender, type Sent } from "../kit/testing/harness.ts"

const requestOf = ({ body, headers, host = "localhost", path, query = "", verb }: Sent) => {
  const url = `http://${host}${path}${query === "" ? "" : `?${query}`}`
  const request = HttpClientRequest.make(verb as HttpMethod)(url, { headers: headers ?? {} })
  return body === undefined
    ? request
    : HttpClientRequest.bodyText(request, body, headers?.["content-type"] ?? "application/json")
}

const SenderLayer = Layer.effect(
  Sender,
  Effect.map(
    HttpClient.HttpClient,
    (client) => (sent: Sent) =>
      client.execute(requestOf(sent)).pipe(
        Effect.flatMap((response) =>
          Effect.map(response.text, (text) => ({
            status: response.status,
            type: response.headers["content-type"] ?? null,
            text
          }))
        ),
        Effect.mapError(() => ({ _tag: "Lost" as const }))
      )
  )
)

contract(
  "operations server, as the HttpClient",
  (options) => SenderLayer.pipe(Layer.provideMerge(Testing.layer(options)))
)

interface Page {
  readonly operations: ReadonlyArray<unknown>
  readonly nextPageToken?: string
}

const name = "projects/p/locations/global/operations/o"

describe("operations server, as the HttpClient only", () => {
  it.effect("answers whatever host is asked for, and knows its own", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const client = yield* HttpClient.HttpClient
      yield* server.put(name, Testing.neverDone())
      const url = `https://networkconnectivity.googleapis.com/v1/${name}`
      const response = yield* client.get(url)
      assert.deepStrictEqual(yield* response.json, { name })
      assert.strictEqual(Number(response.headers["content-length"]), (yield* response.text).length)
      assert.strictEqual(
        (yield* server.requests)[0]?.headers["host"],
        "networkconnectivity.googleapis.com"
      )
      assert.strictEqual(server.url, "http://localhost")
    }).pipe(Effect.provide(Testing.layer({ bindings }))))

  it.effect("reads every kind of body", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const client = yield* HttpClient.HttpClient
      yield* server.put(name, Testing.neverDone())
      const post = HttpClientRequest.post(`http://localhost/v1/${name}:cancel`)
      yield* client.execute(HttpClientRequest.bodyUnsafeJson(post, {}))
      yield* client.execute(HttpClientRequest.bodyUint8Array(post, new Uint8Array()))
      yield* client.execute(HttpClientRequest.bodyStream(
        post,
        Stream.make("{", "}").pipe(Stream.encodeText)
      ))
      yield* client.execute(post)
      assert.deepStrictEqual(
        (yield* server.requests).map(({ body }) => body),
        ["{}", undefined, "{}", undefined]
      )
    }).pipe(Effect.provide(Testing.layer({ bindings }))))

  it.effect("loses a connection with a code that says so", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const client = yield* HttpClient.HttpClient
      yield* server.fail({}, Testing.loseConnection("before"))
      const error = yield* Effect.flip(client.get(`http://localhost/v1/${name}`))
      assert.deepStrictEqual(
        [error._tag, error.reason, (error.cause as { readonly code: string }).code],
        ["RequestError", "Transport", "ECONNRESET"]
      )
    }).pipe(Effect.provide(Testing.layer({ bindings }))))

  it.effect("a year takes no time", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const client = yield* HttpClient.HttpClient
      yield* server.put(name, Testing.endAfter("364 days"))
      const poll = Effect.flatMap(client.get(`http://localhost/v1/${name}`), (response) =>
        response.json)
      for (let week = 0; week <= 52; week++) {
        const operation = yield* poll
        assert.deepStrictEqual(operation, week === 52 ? { name, done: true } : { name })
        yield* TestClock.adjust("1 weeks")
      }
      assert.strictEqual((yield* server.requests).at(-1)?.at, 364 * 86_400_000)
    }).pipe(Effect.provide(Testing.layer({ bindings }))))

  it.effect(
    "lists a hundred thousand operations in pages without going over them again",
    () =>
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const client = yield* HttpClient.HttpClient
        const script = Testing.neverDone()
        for (let i = 0; i < 100_000; i++) {
          yield* server.put(`projects/p/locations/l/operations/${i}`, script)
        }
        const url = "http://localhost/v1/projects/p/locations/l/operations?pageSize=1000&pageToken="
        let token = ""
        let count = 0
        do {
          const text = yield* Effect.flatMap(client.get(`${url}${token}`), (response) =>
            response.text)
          const page = JSON.parse(text) as Page
          count += page.operations.length
          token = page.nextPageToken ?? ""
        } while (token !== "")
        assert.strictEqual(count, 100_000)
        assert.strictEqual((yield* server.requests).length, 100)
      }).pipe(Effect.provide(Testing.layer({ bindings })))
  )
})

describe("filters", () => {
  const started = (day: string) => new Date(`2020-01-${day}T00:00:00Z`).getTime()
  const subjects: ReadonlyArray<readonly [id: string, subject: Filter.Subject]> = [
    ["a", {
      operation: {
        name: "operations/services.a.example.com-1",
        metadata: { percent: 10, verb: "create" }
      },
      startedAt: started("01")
    }],
    ["b", {
      operation: { name: "operations/b", done: true, response: {} },
      startedAt: started("02")
    }],
    ["c", {
      operation: {
        name: "operations/c",
        done: true,
        error: { code: 5 },
        metadata: {
          resourceNames: ["services/a.example.com/rollouts/1"],
          startTime: "2020-01-03T00:00:00Z"
        }
      },
      startedAt: 0
    }],
    ["d", {
      operation: { name: "operations/d", metadata: { resourceNames: ["services/b.example.com"] } },
      startedAt: started("04")
    }]
  ]
  const passing = (service: string, filter: string) =>
    Either.map(
      Filter.compile(service, filter),
      (passes) => subjects.filter(([, subject]) => passes(subject)).map(([id]) => id).join("")
    )

  const own = "serviceName=a.example.com"
  const accepted: ReadonlyArray<readonly [service: string, filter: string, ids: string]> = [
    ["x", "", "abcd"],
    ["x", "  ", "abcd"],
    ["x", "done=true", "bc"],
    ["x", "done:true", "bc"],
    ["x", "done = false", "ad"],
    ["x", "done!=true", "ad"],
    ["x", "NOT done=true", "ad"],
    ["x", "-done=true", "ad"],
    ["x", "name=\"operations/b\"", "b"],
    ["x", "name:'operations/b'", "b"],
    ["x", "metadata.verb=create", "a"],
    ["x", "metadata.percent=10", "a"],
    ["x", "metadata.verb:*", "a"],
    ["x", "error.code=5 OR metadata.verb=create", "ac"],
    ["x", "done=true AND error.code=5 OR name=operations/b", "bc"],
    ["x", "(done=true AND error.code=5) OR metadata.verb=\"create\"", "ac"],
    ["x", "((done=true))", "bc"],
    ["sm", own, "abc"],
    ["sm", "serviceName = \"a.example.com\"", "abc"],
    ["sm", "serviceName=b.example.com", "bd"],
    ["sm", `${own} AND status=done`, "b"],
    ["sm", `${own} AND status=failed`, "c"],
    ["sm", `${own} AND status=in_progress`, "a"],
    ["sm", `${own} AND status!=in_progress`, "bc"],
    ["sm", `status!=done AND ${own}`, "ac"],
    ["sm", `${own} AND startTime>="2020-01-02"`, "bc"],
    ["sm", `${own} AND startTime>"2020-01-02T00:00:00Z"`, "c"],
    ["sm", `${own} AND startTime<="2020-01-02T01:00:00+01:00"`, "ab"],
    ["sm", `${own} AND startTime<2020-01-02`, "a"],
    ["sm", `${own} AND (status=done OR startTime>="2020-01-03")`, "bc"],
    ["sm", `${own} AND status=done OR status=failed`, "bc"],
    ["sm", `(${own} AND (status=done OR (status=failed AND startTime>"2020-01-01")))`, "bc"],
    ["sm", "serviceName=\"a\\\"b\\\\c\"", "b"]
  ]
  const nested = `${"(".repeat(60)}done=true${")".repeat(60)}`
  const refused: ReadonlyArray<readonly [service: string, filter: string, problem: RegExp]> = [
    ["x", "done", /comparison expected after "done" at position 4/],
    ["x", "done=", /value expected after "done="/],
    ["x", "=true", /field name expected at position 0/],
    ["x", "done=true AND", /field name expected/],
    ["x", "AND done=true", /field name expected/],
    ["x", "done=true done=false", /unexpected "done=false" at position 10/],
    ["x", "(done=true", /"\)" expected/],
    ["x", "done=true)", /unexpected "\)"/],
    ["x", "done=\"true", /value expected/],
    ["x", "done>true", /does not support ">"; it supports = != :/],
    ["x", "done=yes", /"yes" is not a boolean/],
    ["x", "colour=red", /"colour" cannot be filtered/],
    ["x", nested, /nested too deeply/],
    ["sm", "", /serviceName is required/],
    ["sm", "status=done", /serviceName is required/],
    ["sm", `${own} OR status=done`, /top level/],
    ["sm", `status=done AND (${own} OR status=failed)`, /top level/],
    ["sm", `NOT ${own}`, /top level/],
    ["sm", "serviceName!=a", /does not support "!="/],
    ["sm", "serviceName:a", /does not support ":"/],
    ["sm", "serviceName=\"\"", /serviceName is empty/],
    ["sm", `${own} AND startTime="2020-01-01"`, /does not support "="; it supports >= > <= </],
    ["sm", `${own} AND startTime>="yesterday"`, /not a time in ISO 8601/],
    ["sm", `${own} AND startTime>="2020-13-01"`, /not a time in ISO 8601/],
    ["sm", `${own} AND status>done`, /does not support ">"/],
    ["sm", `${own} AND status=DONE`, /not one of done, in_progress, failed/],
    ["sm", `${own} AND done=true`, /"done" cannot be filtered/]
  ]
  const serviceOf = (short: string) =>
    short === "sm" ? "servicemanagement.googleapis.com" : "other.googleapis.com"

  it.each(accepted)("%s accepts %s", (service, filter, ids) => {
    assert.deepStrictEqual(passing(serviceOf(service), filter), Either.right(ids))
  })

  it.each(refused)("%s refuses %s", (service, filter, problem) => {
    assert.match(Either.getOrThrow(Either.flip(passing(serviceOf(service), filter))), problem)
  })
})
