import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck } from "effect"
import * as Code from "effect-lro/Code"
import { published } from "../kit/codes.ts"
import { holds } from "../kit/property.ts"

describe("Code", () => {
  it.effect.each(published)(
    "%s has its number and its HTTP status",
    ([name, number, http]) =>
      Effect.sync(() => {
        assert.strictEqual(Code.fromNumber(number), name)
        assert.strictEqual(Code.toNumber(name), number)
        assert.strictEqual(Code.httpStatus(name), http)
        assert.isTrue(Code.isCode(name))
        assert.strictEqual(Code.isErrorCode(name), name !== "OK")
      })
  )

  it.effect("lists the codes by number", () =>
    Effect.sync(() => {
      assert.deepStrictEqual(Code.all, published.map(([name]) => name))
      assert.deepStrictEqual<ReadonlyArray<Code.Code>>(
        Code.errors,
        published.slice(1).map(([name]) => name)
      )
      assert.deepStrictEqual(
        Code.table.map((entry) => entry.number),
        published.map(([, number]) => number)
      )
    }))

  it.effect.each([-1, 17, 123, 404, 1.5, NaN, Infinity])(
    "number %s is UNKNOWN",
    (number) => Effect.sync(() => assert.strictEqual(Code.fromNumber(number), "UNKNOWN"))
  )

  it.effect.each([
    "",
    "not_found",
    "NotFound",
    "5",
    "constructor",
    "__proto__",
    5,
    null,
    undefined
  ])(
    "%j is no code",
    (value) =>
      Effect.sync(() => {
        assert.isFalse(Code.isCode(value))
        assert.isFalse(Code.isErrorCode(value))
      })
  )

  it.effect("allows an automatic retry of UNAVAILABLE only", () =>
    Effect.sync(() => {
      assert.deepStrictEqual(Code.all.filter((code) => Code.retry(code) === "yes"), ["UNAVAILABLE"])
      assert.deepStrictEqual(Code.all.filter((code) => Code.retry(code) === "never"), [
        "CANCELLED",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "DATA_LOSS"
      ])
      assert.deepStrictEqual(Code.all.filter((code) => Code.retry(code) === "generally-no"), [
        "UNKNOWN",
        "RESOURCE_EXHAUSTED",
        "INTERNAL"
      ])
    }))

  it.effect.each<readonly [number, Code.Code]>([
    [200, "OK"],
    [204, "OK"],
    [299, "OK"],
    [302, "UNKNOWN"],
    [400, "INVALID_ARGUMENT"],
    [401, "UNAUTHENTICATED"],
    [402, "FAILED_PRECONDITION"],
    [403, "PERMISSION_DENIED"],
    [404, "NOT_FOUND"],
    [405, "FAILED_PRECONDITION"],
    [408, "FAILED_PRECONDITION"],
    [409, "ABORTED"],
    [412, "FAILED_PRECONDITION"],
    [416, "OUT_OF_RANGE"],
    [429, "RESOURCE_EXHAUSTED"],
    [499, "CANCELLED"],
    [500, "INTERNAL"],
    [501, "UNIMPLEMENTED"],
    [502, "INTERNAL"],
    [503, "UNAVAILABLE"],
    [504, "DEADLINE_EXCEEDED"],
    [599, "INTERNAL"],
    [600, "UNKNOWN"],
    [0, "UNKNOWN"],
    [NaN, "UNKNOWN"]
  ])(
    "guesses HTTP status %s",
    ([status, code]) => Effect.sync(() => assert.strictEqual(Code.fromHttpStatus(status), code))
  )

  it.effect("gives a code for every number and status", () =>
    holds(
      FastCheck.oneof(FastCheck.integer(), FastCheck.double()),
      1000,
      (number) =>
        Effect.sync(() => {
          assert.isTrue(Code.isCode(Code.fromNumber(number)))
          assert.isTrue(Code.isCode(Code.fromHttpStatus(number)))
        })
    ))
})
