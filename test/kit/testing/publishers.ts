import { assert } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { predictLongRunning } from "effect-lro/services/aiplatform/predict"
import { binding } from "effect-lro/services/aiplatform/v1"
import * as Testing from "effect-lro/testing"
import { json, type Test } from "./harness.ts"

const model = "projects/p/locations/l/publishers/google/models/veo"
const options = { bindings: [binding], methods: [predictLongRunning] }

const fetch = (body: object, of = model) =>
  json({ verb: "POST", path: `/v1/${of}:fetchPredictOperation`, body: JSON.stringify(body) })

export const publishers = (test: Test): void => {
  test(
    "[2] [31] operations of publisher models are asked about with the name in the body",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const [, { name }] = yield* json({
        verb: "POST",
        path: `/v1/${model}:predictLongRunning`,
        body: JSON.stringify({ instances: [{ prompt: "a cat" }] })
      })
      assert.strictEqual(name, `${model}/operations/operation-1`)
      assert.deepStrictEqual(yield* fetch({ operationName: name }), [200, { name }])
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* fetch({ operation_name: name }), [200, {
        name,
        done: true,
        response: Testing.pack("google.protobuf.Empty")
      }])
      const requests = yield* server.requests
      assert.deepStrictEqual(requests.map((request) => [request.method, request.name]), [
        ["start", model],
        ["get", name],
        ["get", name]
      ])
      yield* server.fail({ method: "get", name }, Testing.replyError("UNAVAILABLE"))
      assert.strictEqual((yield* fetch({ operationName: name }))[0], 503)
    }),
    options
  )

  test(
    "[31] such a name belongs to the model in the path, and the body has nothing else",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const name = `${model}/operations/o`
      yield* server.put(name, Testing.neverDone())
      const refused = (body: object, of?: string) =>
        Effect.map(fetch(body, of), ([status, { error }]) => [status, error.message])
      const strange = "Invalid value at 'operationName': is no operation of"
      assert.deepStrictEqual(yield* refused({}), [400, `${strange} ${model}.`])
      assert.deepStrictEqual(yield* refused({ operationName: name }, `${model}-3`), [
        400,
        `${strange} ${model}-3.`
      ])
      assert.deepStrictEqual(yield* refused({ operationName: name, view: "FULL" }), [
        400,
        "Invalid JSON payload received. Unknown name \"view\": Cannot find field."
      ])
      assert.deepStrictEqual(yield* refused({ operationName: 7 }), [
        400,
        "Invalid value at 'operation_name' (TYPE_STRING), 7"
      ])
      assert.strictEqual((yield* fetch({ operationName: `${model}/operations/none` }))[0], 404)
    }),
    options
  )
}
