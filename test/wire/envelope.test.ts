import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { parseOperation, parsePage } from "effect-lro/internal/wire/envelope"
import * as Operation from "effect-lro/Operation"
import { repetitions } from "../kit/counts.ts"

const name = "operations/o"

describe("an operation", () => {
  it.each<readonly [json: unknown, operation: object]>([
    [{ name }, { name, done: false }],
    [{ name, done: false }, { name, done: false }],
    [{ name, done: true }, { name, done: true }],
    [{ name, done: null, metadata: {} }, { name, done: false, metadata: {} }],
    [{ done: true }, { name: "", done: true }],
    [{ name: "", done: false }, { name: "", done: false }],
    [{ name: null, done: true }, { name: "", done: true }],
    [{ metadata: { a: 1 } }, { name: "", done: false, metadata: { a: 1 } }],
    [{ name, error: { code: 5 } }, { name, done: false, error: { code: 5 } }],
    [{ name, done: true, error: null, response: {} }, { name, done: true, response: {} }],
    [{ name, done: true, error: {}, response: {} }, { name, done: true, error: {}, response: {} }],
    [{ name, done: true, response: null }, { name, done: true, response: null }],
    [{ name, done: true, response: 7 }, { name, done: true, response: 7 }],
    [{ name, metadata: [1] }, { name, done: false, metadata: [1] }],
    [{ name, kind: "x", selfLink: "y" }, { name, done: false }],
    [{ name, done: false, status: "x" }, { name, done: false }],
    // Cloud Storage's operations have a kind, and are operations.
    [{ kind: "storage#operation", name, done: false }, { name, done: false }],
    [{ name, status: 7 }, { name, done: false }]
  ])("%j is read as %j", (json, operation) => {
    assert.deepStrictEqual<unknown>(parseOperation(json), operation)
  })

  it.each<readonly [json: unknown, problem: string]>([
    [null, "the reply is not an object"],
    [undefined, "the reply is not an object"],
    [[], "the reply is not an object"],
    ["x", "the reply is not an object"],
    [7, "the reply is not an object"],
    [true, "the reply is not an object"],
    [{}, "the object has no field of an operation"],
    [{ error: { code: 404 } }, "the object has no field of an operation"],
    [{ response: {} }, "the object has no field of an operation"],
    [{ operations: [] }, "the object has no field of an operation"],
    [{ name: 7 }, "`name` is not a string"],
    [{ name: {} }, "`name` is not a string"],
    [{ name, done: "true" }, "`done` is not a boolean"],
    [{ name, done: "false" }, "`done` is not a boolean"],
    [{ name, done: 0 }, "`done` is not a boolean"],
    [{ name, done: true, error: "x" }, "`error` is not an object"],
    [{ name, done: true, error: [] }, "`error` is not an object"],
    [{ name, done: true, error: 7 }, "`error` is not an object"],
    [
      { kind: "sql#operation", status: "DONE", name },
      "it looks like an operation of the API sql, with a status instead of `done`"
    ],
    [
      { kind: "compute#operation", name, status: "RUNNING", done: true },
      "it looks like an operation of the API compute, with a status instead of `done`"
    ],
    [
      { kind: "storage#operation", name, done: false, status: "RUNNING" },
      "it looks like an operation of the API storage, with a status instead of `done`"
    ],
    [
      { kind: "toys#operation", name },
      "it looks like an operation of the API toys, with a status instead of `done`"
    ],
    [
      { name, status: "RUNNING", selfLink: "https://container.googleapis.com/v1/x" },
      "it looks like an operation of the API container.googleapis.com, with a status instead of `done`"
    ],
    [
      { name, status: "DONE", metadata: {} },
      "it looks like an operation of another API, with a status instead of `done`"
    ]
  ])("[11] %j is refused: %s", (json, problem) => {
    assert.strictEqual(parseOperation(json), problem)
  })

  it("keeps metadata, error and response as they are, not copies", () => {
    const [metadata, error, response] = [{ a: [1] }, { code: 5 }, { b: 2 }]
    const operation = parseOperation({ name, done: true, metadata, error, response })
    assert.isObject(operation)
    if (typeof operation === "string") return
    assert.strictEqual(operation.metadata, metadata)
    assert.strictEqual(operation.error, error)
    assert.strictEqual(operation.response, response)
  })

  it("takes no prototype and no inherited field from JSON", () => {
    const json: unknown = JSON.parse(
      "{\"name\":\"o\",\"__proto__\":{\"done\":true,\"polluted\":1},\"constructor\":1}"
    )
    const operation = parseOperation(json)
    assert.deepStrictEqual(operation, { name: "o", done: false })
    assert.strictEqual(Object.getPrototypeOf(operation), Object.prototype)
    assert.isFalse("polluted" in {})
  })

  it("is an operation or a reason for any JSON, never an exception", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (json) => {
        const operation = parseOperation(json)
        if (typeof operation === "string") {
          assert.notStrictEqual(operation, "")
        } else {
          assert.isString(operation.name)
          assert.isBoolean(operation.done)
          assert.isString(Operation.state(operation)._tag)
        }
      }),
      { numRuns: repetitions(2_000) }
    )
    const field = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined))
    const near = fc.record(
      { name: field, done: field, metadata: field, error: field, response: field },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(near, (json) => {
        const operation = parseOperation(json)
        if (typeof operation !== "string") assert.isString(Operation.state(operation)._tag)
      }),
      { numRuns: repetitions(2_000) }
    )
  })
})

describe("a page", () => {
  const page = { operations: [], nextPageToken: "", unreachable: [] }

  it.each<readonly [json: unknown, page: object]>([
    [{}, page],
    [{ operations: null, nextPageToken: null, unreachable: null }, page],
    [{ operations: [], nextPageToken: "" }, page],
    [{ operations: [{ name }] }, { ...page, operations: [{ name, done: false }] }],
    [{ nextPageToken: "t" }, { ...page, nextPageToken: "t" }],
    [{ unreachable: ["a", "b"] }, { ...page, unreachable: ["a", "b"] }],
    [{ kind: "x" }, page]
  ])("%j is read as %j", (json, expected) => {
    assert.deepStrictEqual<unknown>(parsePage(json), expected)
  })

  it.each<readonly [json: unknown, problem: string]>([
    [null, "the reply is not an object"],
    [[{ name }], "the reply is not an object"],
    ["x", "the reply is not an object"],
    [{ operations: {} }, "`operations` is not an array"],
    [{ operations: "x" }, "`operations` is not an array"],
    [{ nextPageToken: 7 }, "`nextPageToken` is not a string"],
    [{ unreachable: "x" }, "`unreachable` is not an array of strings"],
    [{ unreachable: ["x", null] }, "`unreachable` is not an array of strings"],
    [{ operations: [{ name }, null] }, "`operations[1]`: the reply is not an object"],
    [
      { operations: [{ name }, { name }, { name, done: 1 }] },
      "`operations[2]`: `done` is not a boolean"
    ],
    [
      { kind: "compute#operationList", items: [{ name, status: "DONE" }], nextPageToken: "t" },
      "it looks like a page of another API, with `items` instead of `operations`"
    ]
  ])("[11] %j is refused: %s", (json, problem) => {
    assert.strictEqual(parsePage(json), problem)
  })
})
