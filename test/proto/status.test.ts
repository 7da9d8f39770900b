import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Duration, Effect, Either, FastCheck, JSONSchema, Option, Schema } from "effect"
import * as Status from "effect-lro/Status"
import { decodedDelay, details, url } from "../fixtures/statusDetails.ts"
import { holds } from "../kit/property.ts"

const encode = Schema.encode(Status.Status)
const decode = Schema.decodeUnknown(Status.Status)
const withDetails = (...details: ReadonlyArray<unknown>): Status.Status =>
  Status.fromUnknown({ code: 3, details })

describe("[13] Status", () => {
  it.effect.each<readonly [unknown, number]>([
    [5, 5],
    [0, 0],
    [123, 123],
    [-3, -3],
    [undefined, 0],
    [null, 0],
    ["5", 5],
    ["123", 123],
    ["NOT_FOUND", 5],
    ["not found", 2],
    ["", 2],
    ["1e1", 2],
    ["9".repeat(400), 2],
    [1.5, 2],
    [NaN, 2],
    [Infinity, 2],
    [1e300, 2],
    [true, 2],
    [{}, 2],
    [[5], 2]
  ])("reads code %j", ([code, number]) =>
    Effect.gen(function*() {
      assert.strictEqual(Status.fromUnknown({ code }).code, number)
      assert.strictEqual((yield* decode({ code })).code, number)
    }))

  it.effect("names the code; 0 and unknown numbers are UNKNOWN, since a status is a failure", () =>
    Effect.sync(() => {
      const name = (code: number) => Status.codeName(Status.make({ code }))
      assert.deepStrictEqual([5, 1, 16, 0, 17, 123, -1].map(name), [
        "NOT_FOUND",
        "CANCELLED",
        "UNAUTHENTICATED",
        "UNKNOWN",
        "UNKNOWN",
        "UNKNOWN",
        "UNKNOWN"
      ])
    }))

  it.effect.each([7, null, {}, [], true])(
    "message %j is empty",
    (message) =>
      Effect.sync(() => assert.strictEqual(Status.fromUnknown({ code: 5, message }).message, ""))
  )

  it.effect.each([7, null, {}, "text", { length: 1 }])(
    "details %j are none",
    (details) =>
      Effect.gen(function*() {
        const status = Status.fromUnknown({ code: 5, details })
        assert.deepStrictEqual(status, Status.make({ code: 5 }))
        assert.deepStrictEqual(yield* decode({ code: 5, details }), status)
      })
  )

  it.effect("reads what is no object as UNKNOWN, and the Schema refuses it", () =>
    Effect.sync(() => {
      assert.deepStrictEqual(Status.fromUnknown(null), Status.make({ code: 2 }))
      assert.deepStrictEqual(Status.fromUnknown(undefined), Status.make({ code: 2 }))
      assert.deepStrictEqual(Status.fromUnknown("boom"), Status.make({ code: 2, message: "boom" }))
      assert.deepStrictEqual(Status.fromUnknown([1]), Status.make({ code: 2, otherDetails: [[1]] }))
      for (const json of [null, undefined, "boom", 7, []]) {
        assert.isTrue(Either.isLeft(Schema.decodeUnknownEither(Status.Status)(json)))
      }
    }))

  it.effect("makes a status of a name or a number", () =>
    Effect.sync(() => {
      const details = [new Status.ErrorInfo({ reason: "R" })]
      assert.deepStrictEqual(Status.make({ code: "ABORTED", message: "m", details }), {
        code: 10,
        message: "m",
        details,
        otherDetails: []
      })
    }))

  it.effect("encodes to the JSON of the wire", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* encode(Status.make({ code: 5, message: "m" })), {
        code: 5,
        message: "m"
      })
      const status = Status.make({
        code: "RESOURCE_EXHAUSTED",
        details: [new Status.RetryInfo({ retryDelay: Option.some(decodedDelay("53s")) })],
        otherDetails: [{ "@type": "x/y" }]
      })
      assert.deepStrictEqual(yield* encode(status), {
        code: 8,
        message: "",
        details: [{ "@type": url("RetryInfo"), retryDelay: "53s" }, { "@type": "x/y" }]
      })
    }))

  it.effect("finds the first detail of a type, the delay and the user's message", () =>
    Effect.sync(() => {
      const status = withDetails(
        { "@type": url("RetryInfo"), retryDelay: "53s" },
        { "@type": url("RetryInfo"), retryDelay: "1s" },
        { "@type": url("LocalizedMessage"), locale: "de", message: "Leider nein" }
      )
      assert.deepStrictEqual(
        Option.map(Status.retryDelay(status), Duration.toMillis),
        Option.some(53000)
      )
      assert.deepStrictEqual(Status.userMessage(status), Option.some("Leider nein"))
      assert.isTrue(Option.isNone(Status.detail(status, "Help")))
      const bare = withDetails({ "@type": url("RetryInfo") }, { "@type": url("LocalizedMessage") })
      assert.isTrue(Option.isNone(Status.retryDelay(bare)))
      assert.isTrue(Option.isNone(Status.userMessage(bare)))
    }))

  it.effect("is a field of messages and of errors that cross a boundary", () =>
    Effect.gen(function*() {
      class Failed
        extends Schema.TaggedError<Failed>("test/Failed")("Failed", { status: Status.Status })
      {}
      const json = {
        code: 8,
        message: "m",
        details: [{ "@type": url("QuotaFailure"), violations: [] }]
      }
      const failed = new Failed({ status: Status.fromUnknown(json) })
      const wire: unknown = JSON.parse(JSON.stringify(yield* Schema.encode(Failed)(failed)))
      assert.deepStrictEqual(wire, { _tag: "Failed", status: json })
      const back = yield* Schema.decodeUnknown(Failed)(wire)
      assert.deepStrictEqual(back.status, failed.status)
      const Metadata = Schema.Struct({ partialErrors: Schema.Array(Status.Status) })
      const metadata = yield* Schema.decodeUnknown(Metadata)({
        partialErrors: [json, { details: [1] }]
      })
      assert.deepStrictEqual(metadata.partialErrors.map(({ code }) => code), [8, 0])
      assert.deepInclude(JSONSchema.make(Status.Status), { $ref: "#/$defs/google.rpc.Status" })
    }))

  const hostile = FastCheck.oneof(
    FastCheck.jsonValue(),
    FastCheck.record(
      {
        "@type": FastCheck.oneof(
          FastCheck.constantFrom(...details.map(([tag]) => url(tag)), url("Novelty"), ""),
          FastCheck.jsonValue()
        ),
        ...Object.fromEntries(
          details.flatMap(([, json]) => Object.keys(json)).map((
            key
          ) => [key, FastCheck.jsonValue()])
        )
      },
      { requiredKeys: [] }
    )
  )

  it.effect("never fails, never loses a detail, and is stable", () =>
    holds(
      FastCheck.oneof(
        FastCheck.anything(),
        FastCheck.record({
          code: FastCheck.jsonValue(),
          message: FastCheck.jsonValue(),
          details: FastCheck.oneof(FastCheck.array(hostile), FastCheck.jsonValue())
        }, { requiredKeys: [] })
      ),
      1000,
      (json) =>
        Effect.gen(function*() {
          const status = Status.fromUnknown(json)
          const isObject = typeof json === "object" && json !== null && !Array.isArray(json)
          const sent: unknown = isObject && "details" in json ? json.details : []
          if (isObject && Array.isArray(sent)) {
            assert.strictEqual(status.details.length + status.otherDetails.length, sent.length)
          }
          assert.deepStrictEqual(Status.fromUnknown(yield* encode(status)), status)
        })
    ))

  it.effect("round-trips every status of known details", () =>
    holds(
      FastCheck.record({
        code: FastCheck.integer(),
        message: FastCheck.string(),
        details: FastCheck.array(FastCheck.oneof(
          Arbitrary.make(Status.ErrorInfo),
          Arbitrary.make(Status.RetryInfo),
          Arbitrary.make(Status.DebugInfo),
          Arbitrary.make(Status.QuotaFailure),
          Arbitrary.make(Status.PreconditionFailure),
          Arbitrary.make(Status.BadRequest),
          Arbitrary.make(Status.RequestInfo),
          Arbitrary.make(Status.ResourceInfo),
          Arbitrary.make(Status.Help),
          Arbitrary.make(Status.LocalizedMessage)
        ))
      }),
      1000,
      (fields) =>
        Effect.gen(function*() {
          const status = Status.make(fields)
          const wire: unknown = JSON.parse(JSON.stringify(yield* encode(status)))
          assert.deepStrictEqual(yield* decode(wire), status)
        })
    ))
})
