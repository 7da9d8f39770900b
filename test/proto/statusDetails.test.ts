import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Option, Schema } from "effect"
import * as Status from "effect-lro/Status"
import { details, url } from "../fixtures/statusDetails.ts"

const encode = Schema.encode(Status.Status)
const withDetails = (...details: ReadonlyArray<unknown>): Status.Status =>
  Status.fromUnknown({ code: 3, details })

describe("[13] Status details", () => {
  it.effect.each(details)(
    "%s decodes all its fields and encodes to the same JSON",
    ([tag, json, detail]) =>
      Effect.gen(function*() {
        const status = withDetails({ "@type": url(tag), ...json })
        assert.deepStrictEqual(status.otherDetails, [])
        assert.deepStrictEqual(status.details, [detail])
        assert.strictEqual(status.details[0]?._tag, tag)
        assert.deepStrictEqual(Option.getOrThrow(Status.detail(status, tag)), detail)
        const again = Status.fromUnknown(JSON.parse(JSON.stringify(yield* encode(status))))
        assert.deepStrictEqual(again, status)
      })
  )

  it.effect.each(details)("%s with no field has its defaults", ([tag]) =>
    Effect.gen(function*() {
      const status = withDetails({ "@type": url(tag) })
      assert.deepStrictEqual(status.details.map((detail) => detail._tag), [tag])
      assert.include((yield* encode(status)).details?.[0], { "@type": url(tag) })
    }))

  it.effect.each(details)(
    "%s with a field of a wrong type stays raw",
    ([tag, json]) =>
      Effect.gen(function*() {
        for (const key of Object.keys(json)) {
          for (
            const wrong of [7, true, { x: 1 }, [1], [{ url: 1, type: 1, field: 1, subject: 1 }]]
          ) {
            const raw = { "@type": url(tag), ...json, [key]: wrong }
            const status = withDetails(raw, { "@type": url("RequestInfo"), requestId: "kept" })
            assert.deepStrictEqual(status.otherDetails, [raw])
            assert.deepStrictEqual(status.details.map((detail) => detail._tag), ["RequestInfo"])
            assert.deepStrictEqual((yield* encode(status)).details?.[1], raw)
          }
        }
      })
  )

  it.effect("compares what follows the last slash of the type URL", () =>
    Effect.sync(() => {
      const types = [
        "a.example/b/google.rpc.Help",
        "/google.rpc.Help",
        "google.rpc.Help",
        url("Help")
      ]
      assert.strictEqual(
        withDetails(...types.map((type) => ({ "@type": type }))).details.length,
        types.length
      )
      const others = [
        "Help",
        "rpc.Help",
        "xgoogle.rpc.Help",
        "google.rpc.Help/",
        "google.rpc.help",
        "",
        1,
        null
      ]
      assert.deepStrictEqual(withDetails(...others.map((type) => ({ "@type": type }))).details, [])
    }))

  it.effect("keeps details that it does not understand as they are", () =>
    Effect.sync(() => {
      const others = [
        { "@type": url("Novelty"), x: [1] },
        { "@type": "type.googleapis.com/constructor" },
        { reason: "NO_TYPE" },
        {},
        null,
        "text",
        7,
        [],
        [{ "@type": url("Help") }]
      ]
      const status = withDetails(...others)
      assert.deepStrictEqual(status.details, [])
      assert.deepStrictEqual(status.otherDetails, others)
    }))

  it.effect("ignores unknown keys and null", () =>
    Effect.sync(() =>
      assert.deepStrictEqual(
        withDetails({
          "@type": url("ErrorInfo"),
          reason: "R",
          domain: null,
          metadata: null,
          novelty: 1
        })
          .details,
        [new Status.ErrorInfo({ reason: "R" })]
      )
    ))

  it.effect("keeps __proto__ in the metadata of ErrorInfo an ordinary key", () =>
    Effect.gen(function*() {
      const json: unknown = JSON.parse(
        `{"details":[{"@type":"${
          url("ErrorInfo")
        }","metadata":{"__proto__":"evil","constructor":"c","a":"b"}}]}`
      )
      const status = Status.fromUnknown(json)
      const { metadata } = Option.getOrThrow(Status.detail(status, "ErrorInfo"))
      assert.deepStrictEqual(Object.keys(metadata).sort(), ["__proto__", "a", "constructor"])
      assert.strictEqual(metadata["__proto__"], "evil")
      assert.strictEqual(Object.getPrototypeOf(metadata), Object.prototype)
      assert.include(JSON.stringify(yield* encode(status)), `"__proto__":"evil"`)
      // An object as its value would be a prototype under a naive assignment; here it is a wrong type.
      const nested = JSON.parse(
        `{"details":[{"@type":"${url("ErrorInfo")}","metadata":{"__proto__":{"isAdmin":true}}}]}`
      )
      assert.strictEqual(Status.fromUnknown(nested).otherDetails.length, 1)
      assert.isFalse("isAdmin" in {})
    }))

  it.effect("serialises with JSON.stringify although quota values are bigint", () =>
    Effect.sync(() => {
      const [, json, quota] = details[3] ?? assert.fail("no QuotaFailure")
      assert.deepInclude(JSON.parse(JSON.stringify(quota)).violations[0], {
        ...(json as { violations: ReadonlyArray<object> }).violations[0]
      })
    }))

  it.effect("decodes as the field of a message, where it has no @type", () =>
    Effect.gen(function*() {
      const Message = Schema.Struct({ errorInfo: Status.ErrorInfo })
      const message = yield* Schema.decodeUnknown(Message)({ errorInfo: { reason: "R" } })
      assert.deepStrictEqual(message.errorInfo, new Status.ErrorInfo({ reason: "R" }))
      const wrong = Schema.decodeUnknownEither(Message)({ errorInfo: { "@type": url("Help") } })
      assert.isTrue(Either.isLeft(wrong))
    }))
})
