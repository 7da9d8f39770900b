import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Option } from "effect"
import type { CallError } from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { bake, binding, http, name, parent } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { type Client, failed, got, malformed, ok, reply, text } from "../kit/replies.ts"

describe("a reply that succeeded", () => {
  it.effect("may begin with a byte order mark and have unknown fields", () =>
    Effect.gen(function*() {
      const body = `\ufeff ${
        JSON.stringify({ name, done: null, metadata: { a: 1 }, extra: [1] })
      }\n`
      assert.deepStrictEqual(
        yield* got(text(body)),
        Either.right({ name, done: false, metadata: { a: 1 } })
      )
    }))

  it.effect.each(
    [
      ["empty", text(null), "Empty", "the reply has no body"],
      ["204", text(null, { status: 204 }), "Empty", "the reply has no body"],
      ["white space", text("  \n"), "NotJson", "content-type text/plain;charset=UTF-8"],
      ["HTML", () => FakeHttp.html(200), "NotJson", "content-type text/html"],
      ["truncated JSON", text("{\"name\":\"a"), "NotJson", "content-type text/plain;charset=UTF-8"],
      ["no content type", text(new TextEncoder().encode("x")), "NotJson", "content-type none"],
      [
        "invalid UTF-8",
        text(new Uint8Array([0x22, 0xc3, 0x28, 0x22])),
        "InvalidUtf8",
        "content-type none"
      ],
      ["null", ok(null), "NotAnOperation", "the reply is not an object"],
      ["an array", ok([{ name }]), "NotAnOperation", "the reply is not an object"],
      ["a string", ok("x"), "NotAnOperation", "the reply is not an object"],
      ["an empty object", ok({}), "NotAnOperation", "the object has no field of an operation"],
      [
        "an error body",
        ok({ error: { code: 404 } }),
        "NotAnOperation",
        "the object has no field of an operation"
      ],
      ["done as a string", ok({ name, done: "true" }), "NotAnOperation", "`done` is not a boolean"],
      ["done as a number", ok({ name, done: 1 }), "NotAnOperation", "`done` is not a boolean"],
      [
        "a name that is a number",
        ok({ name: 7, done: true }),
        "NotAnOperation",
        "`name` is not a string"
      ],
      [
        "an error that is a text",
        ok({ name, done: true, error: "no" }),
        "NotAnOperation",
        "`error` is not an object"
      ]
    ] as const
  )(
    "%s is refused by get, wait and start",
    ([, response, reason, description]) =>
      Effect.gen(function*() {
        const calls: ReadonlyArray<(client: Client) => Effect.Effect<unknown, CallError>> = [
          (client) => client.get({ name }),
          (client) => client.wait({ name }),
          (client) => client.start(bake, { parent, cake: {} })
        ]
        for (const call of calls) {
          const result = yield* reply(response, call)
          const error = malformed(Option.getOrThrow(Either.getLeft(result)))
          assert.strictEqual(error.reason, reason)
          assert.strictEqual(error.description, description)
          assert.strictEqual(error.httpStatus, response().status)
          assert.strictEqual(error.attempts, 1)
        }
      })
  )

  it.effect.each(
    [
      ["{}", ok({})],
      ["an operation", ok({ name, done: true })],
      ["nothing", text(null)],
      ["204", text(null, { status: 204 })],
      ["null", ok(null)]
    ] as const
  )("%s is fine for cancel and delete", ([, response]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* reply(response, (client) => client.cancel({ name })),
        Either.void
      )
      assert.deepStrictEqual(
        yield* reply(response, (client) => client.delete({ name })),
        Either.void
      )
    }))

  it.effect("HTML is not taken for a success of cancel and delete", () =>
    Effect.gen(function*() {
      for (
        const call of [
          (client: Client) => client.cancel({ name }),
          (client: Client) => client.delete({ name })
        ]
      ) {
        const result = yield* reply(() => FakeHttp.html(200, "<p>Log in"), call)
        assert.strictEqual(malformed(Option.getOrThrow(Either.getLeft(result))).reason, "NotJson")
      }
    }))

  it.effect("the URL in the error has no query", () =>
    Effect.gen(function*() {
      const error = malformed(
        yield* failed(ok(null), { errorFormat: "2", endpoint: "https://x.example/y" })
      )
      assert.strictEqual(error.url, `https://x.example/y/v1/${name}`)
      assert.strictEqual(
        error.message,
        `google.longrunning.Operations.GetOperation (${name}): NotAnOperation, HTTP 200 of ` +
          `https://x.example/y/v1/${name}: the reply is not an object`
      )
    }))

  it.effect("the attempt that brought it is counted", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { retry: { initial: 0 } })
      const error = malformed(yield* Effect.flip(client.get({ name })))
      assert.strictEqual(error.reason, "NotAnOperation")
      assert.strictEqual(error.httpStatus, 203)
      assert.strictEqual(error.attempts, 2)
    }).pipe(Effect.provide(http((_, index) =>
      index === 0 ? FakeHttp.failure(503, "UNAVAILABLE") : FakeHttp.json([], { status: 203 })
    ))))

  it.effect("JSON nested 100,000 deep is passed on unread", () =>
    Effect.gen(function*() {
      const deep = "[".repeat(100_000) + "]".repeat(100_000)
      const result = yield* got(text(`{"name":"${name}","metadata":${deep}}`))
      assert.isTrue(Either.isRight(result) && Array.isArray(result.right.metadata))
    }))
})

describe("[28] the size limit", () => {
  const body = (size: number) => `"${"x".repeat(size - 2)}"`
  const operation = (size: number) => {
    const rest = JSON.stringify({ name, metadata: "" })
    return JSON.stringify({ name, metadata: "x".repeat(size - rest.length) })
  }
  const chunked = (text: string, pulls: { count: number }, headers: HeadersInit = {}) => () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          const chunk = text.slice(pulls.count * 100, ++pulls.count * 100)
          if (chunk === "") controller.close()
          else controller.enqueue(new TextEncoder().encode(chunk))
        }
      }, { highWaterMark: 0 }),
      { headers }
    )

  it.effect.each(
    [
      [
        "declared",
        1_000,
        (pulls: { count: number }) => chunked(operation(1_000), pulls, { "content-length": "1000" })
      ],
      ["not declared", 1_000, (pulls: { count: number }) => chunked(operation(1_000), pulls)],
      [
        "declared as compressed",
        1_000,
        (pulls: { count: number }) =>
          chunked(operation(1_000), pulls, { "content-length": "10", "content-encoding": "gzip" })
      ]
    ] as const
  )("a body of exactly the limit, %s, is read", ([, limit, response]) =>
    Effect.gen(function*() {
      const result = yield* got(response({ count: 0 }), { maxResponseBytes: limit })
      assert.isTrue(Either.isRight(result))
    }))

  it.effect.each(
    [
      ["declared", 2, { "content-length": "1001" }],
      ["not declared", 11, {}],
      ["declared as compressed", 11, { "content-length": "10", "content-encoding": "gzip" }]
    ] as const
  )(
    "a body over the limit, %s, is refused after %i chunks",
    ([, most, headers]) =>
      Effect.gen(function*() {
        const pulls = { count: 0 }
        const endless = chunked(body(100_000), pulls, headers)
        const error = malformed(yield* failed(endless, { maxResponseBytes: 1_000 }))
        assert.strictEqual(error.reason, "TooLarge")
        assert.strictEqual(error.description, "more than 1000 bytes")
        assert.isAtMost(pulls.count, most)
      })
  )

  it.effect("a body longer than it declares is refused", () =>
    Effect.gen(function*() {
      const lying = chunked(operation(2_000), { count: 0 }, { "content-length": "10" })
      const error = malformed(yield* failed(lying, { maxResponseBytes: 1_000 }))
      assert.strictEqual(error.reason, "TooLarge")
    }))

  it.effect("an error page over the limit keeps its HTTP status", () =>
    Effect.gen(function*() {
      const page = () =>
        new Response(body(2_000), { status: 503, headers: { "content-length": "2000" } })
      const error = malformed(yield* failed(page, { maxResponseBytes: 1_000 }))
      assert.deepStrictEqual([error.reason, error.httpStatus], ["TooLarge", 503])
    }))
})
