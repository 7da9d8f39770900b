import { assert } from "@effect/vitest"
import { Duration, Effect, TestClock } from "effect"
import * as Testing from "effect-lro/testing"
import {
  cancel,
  get,
  hubType,
  json,
  name,
  parent,
  send,
  type Test,
  withoutName
} from "./harness.ts"

export const operations = (test: Test): void => {
  test(
    "an operation runs, then has its response; `done` is absent until it is true",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const response = Testing.pack(hubType, { name: "h" })
      yield* server.put(name, Testing.succeedAfter("30 seconds", { response }))
      assert.deepStrictEqual(yield* get(name), [200, { name }])
      yield* TestClock.adjust("29999 millis")
      assert.deepStrictEqual(yield* get(name), [200, { name }])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(yield* get(name), [200, { name, done: true, response }])
      assert.deepStrictEqual(yield* server.operations, [{ name, done: true, response }])
    })
  )

  test(
    "the ways to end: with Empty, an error, neither, never, at once",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const status = {
        code: "ABORTED",
        message: "m",
        details: [Testing.pack("google.rpc.DebugInfo")]
      } as const
      yield* server.put(`${parent}/operations/empty`, Testing.succeedAfter(0))
      yield* server.put(`${parent}/operations/aborted`, Testing.failAfter("1 seconds", status))
      yield* server.put(`${parent}/operations/odd`, Testing.failAfter("1 seconds", { code: 123 }))
      yield* server.put(`${parent}/operations/zero`, Testing.failAfter("1 seconds", { code: 0 }))
      yield* server.put(`${parent}/operations/neither`, Testing.endAfter("1 seconds"))
      yield* server.put(`${parent}/operations/never`, Testing.neverDone())
      const end = (id: string) =>
        Effect.map(get(`${parent}/operations/${id}`), ([, operation]) => withoutName(operation))
      assert.deepStrictEqual(yield* end("empty"), {
        done: true,
        response: { "@type": "type.googleapis.com/google.protobuf.Empty" }
      })
      assert.deepStrictEqual(yield* end("neither"), {})
      yield* TestClock.adjust("365 days")
      assert.deepStrictEqual(yield* end("aborted"), {
        done: true,
        error: { code: 10, message: "m", details: status.details }
      })
      assert.deepStrictEqual(yield* end("odd"), { done: true, error: { code: 123 } })
      assert.deepStrictEqual(yield* end("zero"), { done: true, error: {} })
      assert.deepStrictEqual(yield* end("neither"), { done: true })
      assert.deepStrictEqual(yield* end("never"), {})
    })
  )

  test(
    "metadata: constant, timed, by progress",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const message = (fields: Testing.JsonObject) => Testing.pack("example.Progress", fields)
      const at = (id: string) =>
        Effect.map(get(`${parent}/operations/${id}`), ([, operation]) => operation.metadata)
      yield* server.put(
        `${parent}/operations/a`,
        Testing.succeedAfter(0, { metadata: message({ a: 1 }) })
      )
      yield* server.put(
        `${parent}/operations/b`,
        Testing.succeedAfter("4 seconds", {
          metadata: [
            { at: "1 seconds", metadata: message({ step: 1 }) },
            { at: "3 seconds", metadata: message({ step: 2 }) },
            { at: "9 seconds", metadata: message({ step: 3 }) }
          ]
        })
      )
      yield* server.put(
        `${parent}/operations/c`,
        Testing.succeedAfter("4 seconds", {
          metadata: ({ cancelRequested, done, elapsed, endedAt, fraction }) =>
            message({
              cancelRequested,
              done,
              fraction,
              ms: Duration.toMillis(elapsed),
              ended: endedAt._tag
            })
        })
      )
      assert.deepStrictEqual(yield* at("a"), message({ a: 1 }))
      assert.isUndefined(yield* at("b"))
      yield* TestClock.adjust("1 seconds")
      assert.deepStrictEqual(yield* at("b"), message({ step: 1 }))
      assert.deepStrictEqual(
        yield* at("c"),
        message({ cancelRequested: false, done: false, fraction: 0.25, ms: 1000, ended: "None" })
      )
      yield* TestClock.adjust("1 hours")
      assert.deepStrictEqual(yield* at("b"), message({ step: 2 }))
      assert.deepStrictEqual(
        yield* at("c"),
        message({ cancelRequested: false, done: true, fraction: 1, ms: 4000, ended: "Some" })
      )
    })
  )

  test(
    "a timeline replies with exactly what it says",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const early = { error: { code: 5 } }
      const both = { name: "operations/other", done: true, error: { code: 5 }, response: {} }
      yield* server.put(
        name,
        Testing.timeline([{ at: "1 seconds", operation: early }, {
          at: "2 seconds",
          operation: both
        }])
      )
      assert.deepStrictEqual(yield* get(name), [200, { name }])
      yield* TestClock.adjust("1 seconds")
      assert.deepStrictEqual(yield* get(name), [200, { name, ...early }])
      yield* TestClock.adjust("1 seconds")
      assert.deepStrictEqual(yield* get(name), [200, both])
    })
  )

  test(
    "cancel ends an operation with code 1, once and for all; a body is optional",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(
        name,
        Testing.succeedAfter("1 minutes", { metadata: Testing.pack("example.M") })
      )
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* cancel(name), [200, {}])
      const cancelled = {
        name,
        metadata: Testing.pack("example.M"),
        done: true,
        error: { code: 1, message: "The operation was cancelled." }
      }
      assert.deepStrictEqual(yield* get(name), [200, cancelled])
      assert.deepStrictEqual(yield* json({ verb: "POST", path: `/v1/${name}:cancel` }), [200, {}])
      yield* TestClock.adjust("1 hours")
      assert.deepStrictEqual(yield* get(name), [200, cancelled])
      const requests = yield* server.requests
      assert.deepStrictEqual(requests.map(({ body }) => body), [
        "{}",
        undefined,
        undefined,
        undefined
      ])
      assert.deepStrictEqual(requests.map(({ at }) => at), [5000, 5000, 5000, 3_605_000])
    })
  )

  test(
    "a cancel may take its time, be ignored, be unsupported, and is too late when done",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const put = (id: string, options: Testing.ScriptOptions) =>
        server.put(`${parent}/operations/${id}`, Testing.succeedAfter("10 seconds", options))
      const codeOf = (id: string) =>
        Effect.map(
          get(`${parent}/operations/${id}`),
          ([, { done, error }]) => [done === true, error?.code ?? 0]
        )
      yield* put("slow", { cancelAfter: "3 seconds" })
      yield* put("late", { cancelAfter: "30 seconds" })
      yield* put("ignored", { cancellation: "ignored" })
      yield* put("unsupported", { cancellation: "unsupported" })
      yield* put("done", {})
      for (const id of ["slow", "late", "ignored"]) {
        assert.deepStrictEqual(yield* cancel(`${parent}/operations/${id}`), [200, {}])
      }
      const [status, { error }] = yield* cancel(`${parent}/operations/unsupported`)
      assert.deepStrictEqual([status, error.status], [501, "UNIMPLEMENTED"])
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* codeOf("slow"), [false, 0])
      yield* TestClock.adjust("1 seconds")
      assert.deepStrictEqual(yield* codeOf("slow"), [true, 1])
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* cancel(`${parent}/operations/done`), [200, {}])
      for (const id of ["late", "ignored", "unsupported", "done"]) {
        assert.deepStrictEqual(yield* codeOf(id), [true, 0])
      }
    })
  )

  test(
    "delete forgets an operation; errors come in both formats",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const remove = json({ verb: "DELETE", path: `/v1/${name}` })
      yield* server.put(name, Testing.neverDone())
      assert.deepStrictEqual(yield* remove, [200, {}])
      const message = `Operation "${name}" was not found.`
      const v2 = [404, { error: { code: 404, message, status: "NOT_FOUND" } }] as const
      assert.deepStrictEqual(yield* remove, v2)
      assert.deepStrictEqual(yield* get(name), v2)
      assert.deepStrictEqual(yield* get(name, "$.xgafv=2"), v2)
      assert.deepStrictEqual(yield* get(name, "%24.xgafv=1"), [404, {
        error: { code: 404, message, errors: [{ domain: "global", reason: "notFound", message }] }
      }])
      const [status, { error }] = yield* get(name, "$.xgafv=3")
      assert.deepStrictEqual([status, error.status], [400, "INVALID_ARGUMENT"])
      yield* server.put(name, Testing.neverDone())
      yield* server.remove(name)
      assert.deepStrictEqual(yield* get(name), v2)
    })
  )

  test(
    "names are decoded, slashes kept; an encoded slash or colon is neither separator nor verb",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const odd = "operations/google.showcase.v1beta1.Echo/Wait/a+b/c=="
      yield* server.put(odd, Testing.neverDone())
      yield* server.put("operations/x:cancel", Testing.neverDone())
      const path = (text: string) => json({ verb: "GET", path: `/v1beta1/${text}` })
      const encoded = "operations/google.showcase.v1beta1.Echo/Wait/a%2Bb/c%3D%3D"
      assert.deepStrictEqual(yield* path(encoded), [200, { name: odd }])
      assert.strictEqual((yield* path(encoded.replace("Wait/", "Wait%2F")))[0], 404)
      assert.deepStrictEqual(yield* path("operations/x%3Acancel"), [200, {
        name: "operations/x:cancel"
      }])
      const post = yield* send({
        verb: "POST",
        path: "/v1beta1/operations/x%3Acancel",
        body: "{}"
      })
      assert.deepStrictEqual([post.status, post.type], [404, "text/html; charset=UTF-8"])
      assert.deepStrictEqual((yield* server.requests).map((request) => request.name), [
        odd,
        odd.replace("Wait/", "Wait%2F"),
        "operations/x:cancel",
        undefined
      ])
    })
  )

  test(
    "several templates, a literal before the name",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put("projects/p/operations/o", Testing.neverDone())
      yield* server.put("projects/p/instances/i/operations/o", Testing.neverDone())
      assert.deepStrictEqual(yield* get("projects/p/operations/o"), [200, {
        name: "projects/p/operations/o"
      }])
      assert.deepStrictEqual(
        yield* json({ verb: "GET", path: "/v2/operations/projects/p/instances/i/operations/o" }),
        [200, { name: "projects/p/instances/i/operations/o" }]
      )
      assert.deepStrictEqual(yield* cancel("projects/p/operations/o"), [200, {}])
    })
  )

  test(
    "an operation may have been running for a while, and `put` replaces one of its name",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      yield* server.put(name, Testing.endAfter("1 minutes"), { age: "59 seconds" })
      assert.deepStrictEqual(yield* get(name), [200, { name }])
      yield* TestClock.adjust("1 seconds")
      assert.deepStrictEqual(yield* server.operations, [{ name, done: true }])
    })
  )
}
