import { Headers } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as LroError from "effect-lro/LroError"
import {
  type Client,
  done,
  error,
  first,
  hang,
  run,
  type Step,
  succeeded,
  unavailable
} from "../kit/attempts.ts"
import { bake, bakeOnce, parent } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

describe("[15] a start that is not idempotent", () => {
  const start = (client: Client) => client.start(bake, { parent, cake: {} })

  it.effect.each([
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ENETUNREACH",
    "UND_ERR_CONNECT_TIMEOUT"
  ])(
    "is tried again after %s: nothing was sent",
    (code) =>
      Effect.gen(function*() {
        const outcome = yield* run([() => FakeHttp.broken(code), done], start)
        assert.deepStrictEqual(outcome.at, [0, first])
        succeeded(outcome)
        const failed = error(yield* run([() => FakeHttp.broken(code)], start))
        assert.strictEqual(failed._tag === "TransportError" && failed.sent, "no")
        assert.include(failed.message, "; nothing was sent; 3 attempts")
        assert.notInclude(failed.message, "may exist")
      })
  )

  it.effect.each(
    [
      ["ECONNRESET", () => FakeHttp.broken("ECONNRESET")],
      ["an unknown error", () => FakeHttp.broken("ESOMETHING")],
      ["a truncated reply", () => FakeHttp.truncated("{", "ECONNRESET")],
      ["silence", hang]
    ] as const
  )("is not after %s: an operation may exist", ([, step]) =>
    Effect.gen(function*() {
      const outcome = yield* run([step, done], start)
      assert.deepStrictEqual(outcome.at, [0])
      const failed = error(outcome)
      assert.strictEqual(failed._tag === "TransportError" && failed.sent, "maybe")
      assert.isTrue(
        failed.message.endsWith(
          "; the request may have been sent; the operation may exist: look for it with list, or for " +
            "the resource, before starting it again"
        ),
        failed.message
      )
    }))

  it.effect("is not after UNAVAILABLE or 502", () =>
    Effect.gen(function*() {
      for (const step of [unavailable, () => FakeHttp.html(502)]) {
        assert.deepStrictEqual((yield* run([step, done], start)).at, [0])
      }
    }))

  it.effect("says so again when a later attempt may have arrived", () =>
    Effect.gen(function*() {
      const refused = () => FakeHttp.broken("ECONNREFUSED")
      const outcome = yield* run([refused, () => FakeHttp.broken("ECONNRESET"), done], start)
      assert.deepStrictEqual(outcome.at, [0, first])
      assert.include(error(outcome).message, "the operation may exist")
    }))
})

describe("[15] a reply that leaves open whether the start was carried out", () => {
  const start = (client: Client) => client.start(bake, { parent, cake: {} })
  const hint =
    "the operation may exist: look for it with list, or for the resource, before starting it again"

  it.effect.each<[string, () => Step, string]>([
    ["HTML", () => FakeHttp.html(200), "MalformedResponse"],
    ["truncated JSON", () => new Response("{\"name\":\"proj"), "MalformedResponse"],
    ["invalid UTF-8", () => new Response(Uint8Array.of(0x22, 0xff, 0x22)), "MalformedResponse"],
    ["nothing", () => new Response(""), "MalformedResponse"],
    ["another shape", () => FakeHttp.json([]), "MalformedResponse"],
    [
      "a running operation without a name",
      () => FakeHttp.json({ done: false }),
      "MalformedResponse"
    ],
    ["500 of a front end", () => FakeHttp.html(500), "INTERNAL"],
    ["502 of a front end", () => FakeHttp.html(502), "INTERNAL"],
    ["503 of a front end", () => new Response("", { status: 503 }), "UNAVAILABLE"],
    ["504 of a front end", () => FakeHttp.html(504), "DEADLINE_EXCEEDED"],
    ["408 of a front end", () => FakeHttp.html(408), "FAILED_PRECONDITION"],
    [
      "504 of the API, which may have finished nevertheless",
      () => FakeHttp.failure(504, "DEADLINE_EXCEEDED"),
      "DEADLINE_EXCEEDED"
    ],
    ["INTERNAL of the API", () => FakeHttp.failure(500, "INTERNAL"), "INTERNAL"],
    ["UNKNOWN of the API", () => FakeHttp.failure(500, "UNKNOWN"), "UNKNOWN"],
    ["499 of the API", () => FakeHttp.failure(499, "CANCELLED"), "CANCELLED"]
  ])("%s: the error says that the operation may exist", ([, step, tag]) =>
    Effect.gen(function*() {
      const outcome = yield* run([step, done], start)
      assert.deepStrictEqual(outcome.at, [0])
      const failed = error(outcome)
      assert.strictEqual(failed._tag, tag)
      assert.propertyVal(failed, "hint", hint)
      assert.isTrue(failed.message.endsWith(`; ${hint}`), failed.message)
      const decoded = yield* Schema.decode(LroError.CallErrorSchema)(
        yield* Schema.encode(LroError.CallErrorSchema)(failed)
      )
      assert.strictEqual(decoded.message, failed.message)
      // Of another call nothing of the kind is said.
      const { calls, result } = yield* run([step])
      assert.isNotEmpty(calls)
      assert.notInclude(JSON.stringify(result), "may exist")
    }))

  it.effect.each<[string, () => Step]>([
    ["a refusal", () => FakeHttp.failure(403, "PERMISSION_DENIED")],
    ["a conflict", () => FakeHttp.failure(409, "ALREADY_EXISTS")],
    ["UNAVAILABLE of the API", unavailable],
    ["an HTML 403", () => FakeHttp.html(403)],
    ["a wrong endpoint", () => FakeHttp.html(404)],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://x" } })]
  ])("%s leaves nothing open", ([, step]) =>
    Effect.gen(function*() {
      const failed = error(yield* run([step, done], start))
      assert.notInclude(failed.message, "may exist")
    }))

  it.effect.each<[string, () => Step, string]>([
    ["refused", () => FakeHttp.broken("ECONNREFUSED"), "TransportError"],
    ["unavailable", unavailable, "UNAVAILABLE"],
    ["denied", () => FakeHttp.failure(403, "PERMISSION_DENIED"), "PERMISSION_DENIED"],
    ["redirected", () => new Response(null, { status: 302 }), "MalformedResponse"]
  ])(
    "once open it stays so, although the last attempt was %s",
    ([, last, tag]) =>
      Effect.gen(function*() {
        const outcome = yield* run(
          [() => FakeHttp.broken("ECONNRESET"), last],
          (client) => client.start(bakeOnce, { parent, cake: {} })
        )
        const failed = error(outcome)
        assert.strictEqual(failed._tag, tag)
        const id = new URL(outcome.calls[0]?.url ?? "").searchParams.get("requestId")
        assert.include(
          failed.message,
          `the operation may exist: starting it again with request id ${id} is safe`
        )
      })
  )

  it.effect("also when no credentials can be had for another attempt", () =>
    Effect.gen(function*() {
      let asked = 0
      const credentials = Layer.succeed(Credentials.Credentials, {
        ...Credentials.none,
        headers: () =>
          asked++ === 0 ? Effect.succeed(Headers.empty) : Effect.fail(
            new LroError.CredentialsError({
              reason: "Rejected",
              transient: false,
              description: "invalid_grant"
            })
          )
      })
      const outcome = yield* run(
        [() => FakeHttp.broken("ECONNRESET")],
        (client) => client.start(bakeOnce, { parent, cake: {} }),
        { credentials }
      )
      assert.strictEqual(error(outcome)._tag, "CredentialsError")
      assert.include(error(outcome).message, "invalid_grant; the operation may exist: ")
    }))
})

describe("[15] a start with a request id", () => {
  it.effect("sends the same one on every attempt and names it when it gives up", () =>
    Effect.gen(function*() {
      const reset = () => FakeHttp.broken("ECONNRESET")
      const outcome = yield* run([reset], (client) => client.start(bakeOnce, { parent, cake: {} }))
      assert.deepStrictEqual(outcome.at, [0, 375, 1125])
      const ids = outcome.calls.map(({ url }) => new URL(url).searchParams.get("requestId"))
      const [id] = ids
      assert.match(
        id ?? "",
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
      )
      assert.deepStrictEqual(ids, [id, id, id])
      assert.isTrue(
        error(outcome).message.endsWith(
          `; the operation may exist: starting it again with request id ${id} is safe; 3 attempts`
        ),
        error(outcome).message
      )
    }))
})
