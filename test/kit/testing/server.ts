import { assert } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import * as Testing from "effect-lro/testing"
import { networkConnectivity, workloadManager } from "./bindings.ts"
import {
  cancel,
  get,
  json,
  list,
  name,
  names,
  parent,
  send,
  startHub,
  type Test,
  untilArrived
} from "./harness.ts"

export const server = (test: Test): void => {
  test(
    "[31] what is switched off is 501, what no binding has is an HTML 404",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      assert.deepStrictEqual(yield* cancel(name), [501, {
        error: {
          code: 501,
          message: "The method is not implemented by this service.",
          status: "UNIMPLEMENTED"
        }
      }])
      assert.strictEqual((yield* startHub("hubId=h"))[0], 501)
      assert.strictEqual((yield* get(name))[0], 200)
      for (
        const path of [`/v2/${name}`, "/v1/projects/p", "/", `/v1/${name}/x`, `/v1/${name}:wait`]
      ) {
        const { status, text, type } = yield* send({
          verb: "GET",
          path: path.replace(":wait", "%3Await/x")
        })
        assert.deepStrictEqual([status, type], [404, "text/html; charset=UTF-8"])
        assert.include(text, "was not found on this server")
      }
      const wait = yield* send({ verb: "POST", path: `/v1/${name}:wait`, body: "{}" })
      assert.deepStrictEqual([wait.status, wait.type], [404, "text/html; charset=UTF-8"])
      const wrongHost = yield* send({
        verb: "GET",
        path: `/v1/${name}`,
        host: "compute.googleapis.com"
      })
      assert.deepStrictEqual([wrongHost.status, wrongHost.type], [
        404,
        "text/html; charset=UTF-8"
      ])
    }),
    { disabled: [{ method: "cancel" }, { method: "start", rpc: "HubService.CreateHub" }] }
  )

  test(
    "services that share a path are told apart by host, and joined where the host is neither's",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const service = networkConnectivity.service
      yield* server.put(name, Testing.neverDone(), { service })
      yield* server.put(`${parent}/operations/w`, Testing.neverDone(), {
        service: workloadManager.service
      })
      const at = (host: string) =>
        Effect.map(json({ verb: "GET", path: `/v1/${name}`, host }), ([status]) => status)
      assert.strictEqual(yield* at(service), 200)
      assert.strictEqual(yield* at(service.toUpperCase()), 200)
      assert.strictEqual(yield* at(`us-east1-${service}`), 200)
      assert.strictEqual(yield* at("networkconnectivity.us-east1.rep.googleapis.com"), 200)
      assert.strictEqual(yield* at(workloadManager.service), 404)
      assert.strictEqual(yield* at("proxy.internal:8080"), 200)
      const [, joined] = yield* list(`/v1/${parent}/operations`)
      assert.deepStrictEqual(names(joined), [name, `${parent}/operations/w`])
      const [, own] = yield* json({
        verb: "GET",
        path: `/v1/${parent}/operations`,
        host: service
      })
      assert.deepStrictEqual(names(own), [name])
    }),
    { bindings: [workloadManager, networkConnectivity] }
  )

  test(
    "faults: in order, as often as asked for, only where they are meant",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      const RetryInfo = Testing.pack("google.rpc.RetryInfo", { retryDelay: "1.5s" })
      yield* server.fail(
        { method: "get" },
        Testing.replyError("UNAVAILABLE", {
          message: "busy",
          retryDelay: "1500 millis",
          headers: { "retry-after": "2" }
        }),
        { times: 2 }
      )
      yield* server.fail({ method: "get", name }, Testing.replyHtml(502))
      yield* server.fail({ method: "get" }, Testing.replyWith({ status: 200, body: "{\"na" }))
      yield* server.fail(
        { method: "get" },
        Testing.replyWith({ status: 200, body: { name: "x", done: true } })
      )
      yield* server.fail({ service: "ml.googleapis.com" }, Testing.replyError("INTERNAL"))
      yield* server.fail({ method: "list" }, Testing.replyError("RESOURCE_EXHAUSTED"), {
        times: Infinity
      })
      assert.strictEqual(yield* server.unusedFaults, 6)
      const error = { code: 503, message: "busy", status: "UNAVAILABLE", details: [RetryInfo] }
      assert.deepStrictEqual(yield* get(name), [503, { error }])
      assert.deepStrictEqual(yield* get(name, "$.xgafv=1"), [503, {
        error: {
          code: 503,
          message: "busy",
          errors: [{ domain: "global", reason: "backendError", message: "busy" }]
        }
      }])
      const page = yield* send({ verb: "GET", path: `/v1/${name}` })
      assert.deepStrictEqual([page.status, page.type], [502, "text/html; charset=UTF-8"])
      const truncated = yield* send({ verb: "GET", path: `/v1/${name}` })
      assert.deepStrictEqual([truncated.status, truncated.text, truncated.type], [
        200,
        "{\"na",
        null
      ])
      assert.deepStrictEqual(yield* get(name), [200, { name: "x", done: true }])
      assert.deepStrictEqual(yield* get(name), [200, { name }])
      assert.strictEqual((yield* list(`/v1/${parent}/operations`))[0], 429)
      assert.strictEqual((yield* list(`/v1/${parent}/operations`))[0], 429)
      assert.strictEqual(yield* server.unusedFaults, 1)
      assert.strictEqual((yield* get("projects/p/operations/o"))[0], 500)
      assert.strictEqual(yield* server.unusedFaults, 0)
      assert.strictEqual((yield* server.requests).length, 9)
    })
  )

  test(
    "a connection is lost before or after the request took effect",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      yield* server.fail({ method: "delete" }, Testing.loseConnection("before"))
      yield* server.fail({ method: "delete" }, Testing.loseConnection("after"))
      const remove = Effect.flip(send({ verb: "DELETE", path: `/v1/${name}` }))
      assert.deepStrictEqual(yield* remove, { _tag: "Lost" })
      assert.strictEqual((yield* server.operations).length, 1)
      assert.deepStrictEqual(yield* remove, { _tag: "Lost" })
      assert.strictEqual((yield* server.operations).length, 0)
    })
  )

  test(
    "a delayed reply is made at arrival",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.endAfter("5 seconds"))
      yield* server.fail({}, Testing.delayReply("20 seconds"))
      yield* server.fail({}, Testing.delayReply("20 seconds", Testing.replyError("ABORTED")))
      const fiber = yield* Effect.fork(Effect.zip(get(name), get(name)))
      yield* untilArrived(1)
      yield* TestClock.adjust("19 seconds")
      assert.strictEqual((yield* server.requests).length, 1)
      yield* TestClock.adjust("1 seconds")
      yield* untilArrived(2)
      yield* TestClock.adjust("20 seconds")
      const [first, second] = yield* Fiber.join(fiber)
      assert.deepStrictEqual(first, [200, { name }])
      assert.strictEqual(second[0], 409)
      assert.deepStrictEqual((yield* server.requests).map(({ at }) => at), [0, 20_000])
    })
  )

  test(
    "wait answers when it is done, when it is cancelled, or at the time-out",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const id = "operations/a/b"
      const wait = (body: string) => json({ verb: "POST", path: `/v1beta1/${id}:wait`, body })
      yield* server.put(id, Testing.endAfter("30 seconds"))
      const timedOut = yield* Effect.fork(wait("{\"timeout\":\"10s\"}"))
      yield* untilArrived(1)
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* Fiber.join(timedOut), [200, { name: id }])
      const done = yield* Effect.fork(wait("{}"))
      yield* untilArrived(2)
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual(yield* Fiber.join(done), [200, { name: id, done: true }])
      assert.deepStrictEqual(yield* wait("{\"timeout\":\"600s\"}"), [200, {
        name: id,
        done: true
      }])
      yield* server.put(id, Testing.neverDone())
      const cancelled = yield* Effect.fork(wait("{\"timeout\":\"600s\"}"))
      yield* untilArrived(4)
      yield* json({ verb: "POST", path: `/v1beta1/${id}:cancel`, body: "{}" })
      assert.strictEqual((yield* Fiber.join(cancelled))[1].error.code, 1)
      assert.strictEqual((yield* wait("{\"timeout\":10}"))[0], 400)
      yield* server.remove(id)
      assert.strictEqual((yield* wait("{}"))[0], 404)
    })
  )

  test(
    "requests are recorded as they were sent",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* TestClock.adjust("7 seconds")
      yield* send({
        verb: "GET",
        path: "/v1/projects/p/locations/l/operations/a%20b",
        query: "$.xgafv=2&x=%2F+y",
        headers: { "X-Goog-User-Project": "q" }
      })
      const [request] = yield* server.requests
      assert.deepStrictEqual({ ...request, headers: request?.headers["x-goog-user-project"] }, {
        at: 7000,
        verb: "GET",
        path: "/v1/projects/p/locations/l/operations/a%20b",
        query: "$.xgafv=2&x=%2F+y",
        headers: "q",
        body: undefined,
        method: "get",
        rpc: undefined,
        name: "projects/p/locations/l/operations/a b"
      })
    })
  )
}
