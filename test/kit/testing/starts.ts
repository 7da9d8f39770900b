import { assert } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as Testing from "effect-lro/testing"
import { createHub } from "./bindings.ts"
import {
  type BadRequest,
  get,
  hubType,
  json,
  parent,
  startHub,
  type Test,
  uuid,
  withoutName
} from "./harness.ts"

export const starts = (test: Test): void => {
  test(
    "a method starts an operation under the service's names, with its metadata and its resource",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const [status, started] = yield* startHub("hubId=h1&%24.xgafv=2")
      const operation = `${parent}/operations/operation-1`
      const metadata = {
        "@type": "type.googleapis.com/google.cloud.networkconnectivity.v1.OperationMetadata",
        createTime: "1970-01-01T00:00:00.000Z",
        target: `${parent}/hubs/h1`,
        verb: "create",
        apiVersion: "v1"
      }
      assert.deepStrictEqual([status, started], [200, { name: operation, metadata }])
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* get(operation), [200, {
        name: operation,
        metadata: { ...metadata, endTime: "1970-01-01T00:00:10.000Z" },
        done: true,
        response: Testing.pack(hubType, { description: "d", name: `${parent}/hubs/h1` })
      }])
      const request = (yield* server.requests)[0]
      assert.deepStrictEqual(
        [request?.method, request?.rpc, request?.name, request?.query, request?.body],
        ["start", createHub.rpc, parent, "hubId=h1&%24.xgafv=2", "{\"description\":\"d\"}"]
      )
    })
  )

  test(
    "start methods of other shapes",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const calls: Array<Testing.StartCall> = []
      yield* server.script("ServiceManager.DeleteService", (call) => {
        calls.push(call)
        return Testing.succeedAfter(0)
      })
      const [, deleted] = yield* json({ verb: "DELETE", path: "/v1/services/s.example.com" })
      assert.deepStrictEqual(deleted, {
        name: "operations/operation-1",
        metadata: Testing.pack("google.api.servicemanagement.v1.OperationMetadata", {
          startTime: "1970-01-01T00:00:00.000Z",
          progressPercentage: 100,
          resourceNames: ["services/s.example.com"]
        }),
        done: true,
        response: Testing.pack("google.protobuf.Empty")
      })
      assert.deepStrictEqual(
        calls.map(({ operation, request, responseType, service, version }) => ({
          operation,
          request,
          responseType,
          service,
          version
        })),
        [{
          operation: "operations/operation-1",
          request: { serviceName: "s.example.com" },
          responseType: "google.protobuf.Empty",
          service: "servicemanagement.googleapis.com",
          version: "v1"
        }]
      )
      const [, version] = yield* json({
        verb: "POST",
        path: "/v1/projects/p/models/m/versions",
        body: "{\"name\":\"v\"}"
      })
      assert.strictEqual(version.name, "projects/p/operations/operation-2")
      const hub = `${parent}/hubs/h`
      yield* server.script("UpdateHub", (call) => {
        calls.push(call)
        return Testing.succeedAfter(0)
      })
      const [, updated] = yield* json({
        verb: "PATCH",
        path: `/v1/${hub}`,
        query: "updateMask=labels%2Cdescription&request_id=",
        body: "{\"labels\":{\"a\":\"b\"}}"
      })
      assert.deepStrictEqual(calls[1]?.request, {
        hub: { labels: { a: "b" }, name: hub },
        updateMask: "labels,description",
        requestId: ""
      })
      assert.deepStrictEqual(
        updated.response,
        Testing.pack(hubType, { labels: { a: "b" }, name: hub })
      )
      const accepted = yield* json({
        verb: "POST",
        path: `/v1/${hub}:acceptSpoke`,
        body: JSON.stringify({ spoke_uri: "s", name: hub })
      })
      assert.strictEqual(accepted[0], 200)
    })
  )

  test(
    "a start that does not fit its method is INVALID_ARGUMENT for one field",
    Effect.gen(function*() {
      const violation = ([status, { error }]: readonly [number, BadRequest]) => [
        status,
        error.details?.[0]?.fieldViolations[0]?.field
      ]
      assert.deepStrictEqual(violation(yield* startHub("")), [400, "hubId"])
      assert.deepStrictEqual(violation(yield* startHub("hubId=h&requestId=mine")), [
        400,
        "requestId"
      ])
      assert.deepStrictEqual(
        violation(yield* startHub("hubId=h&requestId=00000000-0000-0000-0000-000000000000")),
        [400, "requestId"]
      )
      const noBody = yield* json({ verb: "POST", path: `/v1/${parent}/hubs`, query: "hubId=h" })
      assert.deepStrictEqual(violation(noBody), [400, "hub"])
      const accept = (body: string) =>
        json({ verb: "POST", path: `/v1/${parent}/hubs/h:acceptSpoke`, body })
      assert.deepStrictEqual(violation(yield* accept("{}")), [400, "spokeUri"])
      for (const body of ["[1]", "{", "null"]) {
        const [status, { error }] = yield* startHub("hubId=h", body)
        assert.deepStrictEqual([status, error.status], [400, "INVALID_ARGUMENT"])
      }
      assert.deepStrictEqual(yield* (yield* Testing.OperationsServer).operations, [])
    })
  )

  test(
    "[31] a request id gets the same reply within its window, in the query or the body",
    Effect.gen(function*() {
      const first = yield* startHub(`hubId=h&requestId=${uuid}`)
      yield* TestClock.adjust("59 seconds")
      assert.deepStrictEqual(yield* startHub(`hubId=h&requestId=${uuid.toUpperCase()}`), first)
      const other = yield* startHub(`hubId=h&requestId=${uuid.replace("6", "7")}`)
      assert.notStrictEqual(other[1].name, first[1].name)
      yield* TestClock.adjust("1 seconds")
      const later = yield* startHub(`hubId=h&requestId=${uuid}`)
      assert.notStrictEqual(later[1].name, first[1].name)
      const accept = json({
        verb: "POST",
        path: `/v1/${parent}/hubs/h:acceptSpoke`,
        body: JSON.stringify({ spokeUri: "s", requestId: uuid })
      })
      assert.deepStrictEqual(yield* accept, yield* accept)
      const server = yield* Testing.OperationsServer
      assert.strictEqual((yield* server.operations).length, 4)
    }),
    { requestIdWindow: "1 minutes" }
  )

  test(
    "validate_only is done at once, has no name and starts nothing",
    Effect.gen(function*() {
      const request = { verb: "POST", path: "/v1/users/u/cakes", body: "{\"flavour\":\"plum\"}" }
      assert.deepStrictEqual(
        yield* json({ ...request, query: "cakeId=c&validateOnly=true" }),
        [200, {
          done: true,
          response: Testing.pack("example.users.v1.Cake", {
            flavour: "plum",
            name: "users/u/cakes/c"
          })
        }]
      )
      assert.deepStrictEqual(yield* (yield* Testing.OperationsServer).operations, [])
    })
  )

  test(
    "scripts of starts: limited ones first, then the lasting one, then onStart",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const none = { metadata: "none" } as const
      const result = Effect.map(startHub("hubId=h"), ([, operation]) => withoutName(operation))
      assert.deepStrictEqual(yield* result, { done: true })
      yield* server.script(createHub, Testing.failAfter(0, { code: 9 }, none))
      yield* server.script("CreateHub", Testing.neverDone(none), { times: 1 })
      yield* server.script(createHub.rpc, Testing.failAfter(0, { code: 10 }, none), { times: 1 })
      yield* server.script("OtherHub", Testing.failAfter(0, { code: 3 }, none))
      assert.deepStrictEqual(yield* result, {})
      assert.deepStrictEqual(yield* result, { done: true, error: { code: 10 } })
      assert.deepStrictEqual(yield* result, { done: true, error: { code: 9 } })
      assert.deepStrictEqual(yield* result, { done: true, error: { code: 9 } })
    }),
    { onStart: () => Testing.endAfter(0, { metadata: "none" }) }
  )
}
