import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Option, ParseResult, Schema } from "effect"
import * as LroError from "effect-lro/LroError"
import { OperationRef } from "effect-lro/OperationRef"
import * as Operations from "effect-lro/Operations"
import { make as makeRpcError } from "effect-lro/RpcError"
import * as Status from "effect-lro/Status"
import { binding, http, name } from "../kit/bakery.ts"
import {
  all,
  callErrors,
  details,
  get,
  outcomes,
  pageTokenError,
  results,
  rpcError,
  settings,
  sixteen,
  status,
  waitTimeouts
} from "../kit/errors.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

/** The fields of an error; one that is undefined counts as absent. */
const fields = (u: object): unknown =>
  Object.fromEntries(
    Object.entries(u).filter(([, value]) => value !== undefined).map(([key, value]) => [
      key,
      value instanceof OperationRef ? fields(value) : value
    ])
  )

const assertRoundTrip = <A extends Error, I>(schema: Schema.Schema<A, I>, error: A) =>
  Effect.gen(function*() {
    const text = yield* Schema.encode(Schema.parseJson(schema))(error)
    const back = yield* Schema.decode(Schema.parseJson(schema))(text)
    assert.strictEqual(back.constructor, error.constructor)
    assert.deepStrictEqual(fields(back), fields(error))
    assert.strictEqual(back.message, error.message)
    assert.strictEqual(yield* Schema.encode(Schema.parseJson(schema))(back), text)
  })

describe("[13] Schemas", () => {
  it.effect.each(sixteen)("$_tag crosses a boundary as JSON", (error) =>
    Effect.gen(function*() {
      assert.strictEqual(error.status.details.length, 10)
      assert.strictEqual(error.status.otherDetails.length, 2)
      yield* assertRoundTrip(
        error.constructor as unknown as Schema.Schema<LroError.RpcError, unknown>,
        error
      )
      yield* assertRoundTrip(LroError.RpcErrorSchema, error)
      yield* assertRoundTrip(LroError.CallErrorSchema, error)
      yield* assertRoundTrip(LroError.ListErrorSchema, error)
      yield* assertRoundTrip(LroError.WaitErrorSchema, error)
    }))

  it.effect("so do the others, by the Schema of each of their unions", () =>
    Effect.gen(function*() {
      for (const error of callErrors) {
        yield* assertRoundTrip(LroError.CallErrorSchema, error)
        yield* assertRoundTrip(LroError.WaitErrorSchema, error)
      }
      yield* assertRoundTrip(LroError.ListErrorSchema, pageTokenError)
      for (const error of outcomes) {
        yield* assertRoundTrip(LroError.OutcomeErrorSchema, error)
        yield* assertRoundTrip(LroError.WaitErrorSchema, error)
      }
      for (const error of results) {
        yield* assertRoundTrip(LroError.ResultErrorSchema, error)
        yield* assertRoundTrip(LroError.WaitErrorSchema, error)
      }
      for (const error of waitTimeouts) yield* assertRoundTrip(LroError.WaitErrorSchema, error)
      yield* assertRoundTrip(LroError.InvalidSettings, settings)
    }))

  it.effect("an error that came over HTTP crosses too", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const error = yield* Effect.flip(client.get({ name }))
      assert.deepStrictEqual(
        LroError.isRpcError(error) && error.retryAfter,
        Duration.millis(Number.MAX_SAFE_INTEGER)
      )
      yield* assertRoundTrip(LroError.CallErrorSchema, error)
    }).pipe(Effect.provide(http(() =>
      FakeHttp.failure(503, "UNAVAILABLE", { details, headers: { "retry-after": "9".repeat(400) } })
    ))))

  it.effect("a Schema refuses the members of another union", () =>
    Effect.gen(function*() {
      const encoded = yield* Schema.encode(LroError.InvalidSettings)(settings)
      for (
        const schema of [
          LroError.CallErrorSchema,
          LroError.ListErrorSchema,
          LroError.WaitErrorSchema
        ]
      ) {
        const error = yield* Effect.flip(
          Schema.decodeUnknown(schema as Schema.Schema<unknown, unknown>)(encoded)
        )
        assert.instanceOf(error, ParseResult.ParseError)
      }
    }))
})

describe("guards", () => {
  it("sort every error into its unions, and nothing else", () => {
    const memberships = (u: unknown) => [
      LroError.isLroError(u),
      LroError.isRpcError(u),
      LroError.isCallError(u),
      LroError.isListError(u),
      LroError.isOutcomeError(u),
      LroError.isResultError(u),
      LroError.isWaitError(u)
    ]
    const no = false
    for (const error of sixteen) {
      assert.deepStrictEqual(memberships(error), [true, true, true, true, no, no, true])
    }
    for (const error of callErrors.slice(16)) {
      assert.deepStrictEqual(memberships(error), [true, no, true, true, no, no, true])
    }
    assert.deepStrictEqual(memberships(pageTokenError), [true, no, no, true, no, no, no])
    for (const error of outcomes) {
      assert.deepStrictEqual(memberships(error), [true, no, no, no, true, no, true])
    }
    for (const error of results) {
      assert.deepStrictEqual(memberships(error), [true, no, no, no, no, true, true])
    }
    for (const error of waitTimeouts) {
      assert.deepStrictEqual(memberships(error), [true, no, no, no, no, no, true])
    }
    assert.deepStrictEqual(memberships(settings), [true, no, no, no, no, no, no])
    const others = [undefined, null, 1, "NOT_FOUND", {}, new Error("x"), { _tag: "NOT_FOUND" }, {
      _tag: "WaitTimeout"
    }]
    for (const other of others) {
      assert.deepStrictEqual(memberships(other), [no, no, no, no, no, no, no])
    }
  })

  it("failedWith refines an OperationFailed by its code", () => {
    const [failed] = outcomes
    assert.isTrue(LroError.failedWith("ABORTED")(failed))
    assert.isFalse(LroError.failedWith("INTERNAL")(failed))
    assert.isFalse(LroError.failedWith("ABORTED")(rpcError("ABORTED")))
  })

  it("isRetryable follows AIP-194", () => {
    assert.deepStrictEqual(sixteen.filter(LroError.isRetryable).map((error) => error._tag), [
      "UNAVAILABLE"
    ])
    const transport = (reason: LroError.TransportError["reason"]) =>
      new LroError.TransportError({ method: get, reason, sent: "no", host: "h", attempts: 1 })
    assert.isTrue(LroError.isRetryable(transport("Dns")))
    assert.isFalse(LroError.isRetryable(transport("Tls")))
    const bare = (httpStatus: number) =>
      makeRpcError("INTERNAL", {
        method: get,
        status: status("INTERNAL"),
        httpStatus,
        codeFrom: "httpStatus",
        attempts: 1
      })
    const retryable = [400, 408, 429, 500, 501, 502, 503, 504, 505].filter((code) =>
      LroError.isRetryable(bare(code))
    )
    assert.deepStrictEqual(retryable, [408, 502, 503, 504])
  })

  it.effect("catchTag sorts by code, and identity is the type id", () =>
    Effect.gen(function*() {
      const caught = yield* Effect.fail<LroError.CallError>(rpcError("UNIMPLEMENTED")).pipe(
        Effect.catchTag("UNIMPLEMENTED", (error) => Effect.succeed(error.status.code))
      )
      assert.strictEqual(caught, 12)
    }))

  it("no error shows its type id, and each has its own name, message and stack", () => {
    for (const error of all) {
      assert.isFalse(Object.keys(error).some((key) => key.startsWith("~")), error._tag)
      assert.isFalse(
        ["name", "message", "stack"].some((key) => Object.keys(error).includes(key)),
        error._tag
      )
      assert.strictEqual(error.name, error._tag)
      assert.include(error.stack ?? "", error.message)
      assert.notInclude(error.message, "\n")
      assert.notInclude(error.message, "undefined")
    }
    assert.strictEqual(new Set(all.map((error) => error._tag)).size, all.length - 1)
  })

  it("the message for users is the server's", () => {
    assert.deepStrictEqual(LroError.userMessage(rpcError("ABORTED")), Option.some("Please wait."))
    const plain = makeRpcError("ABORTED", {
      method: get,
      status: Status.make({ code: "ABORTED", message: "m" }),
      httpStatus: 409,
      codeFrom: "body",
      attempts: 1
    })
    assert.deepStrictEqual(LroError.userMessage(plain), Option.none())
  })
})
