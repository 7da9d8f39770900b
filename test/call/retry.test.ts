import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { CredentialsError, isRpcError } from "effect-lro/LroError"
import {
  type Client,
  done,
  error,
  first,
  methods,
  run,
  succeeded,
  unavailable
} from "../kit/attempts.ts"
import { name } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import * as Logs from "../kit/logs.ts"

const place = `bakery.googleapis.com/v1/${name}`
const get = "google.longrunning.Operations.GetOperation"

describe("[14] attempts", () => {
  it.effect.each(methods)(
    "%s makes three, jittered and exponential",
    ([, call]) =>
      Effect.gen(function*() {
        const failed = yield* run([unavailable], (client) => call(client))
        assert.deepStrictEqual(failed.at, [0, 375, 1125])
        const last = error(failed)
        assert.strictEqual(last._tag, "UNAVAILABLE")
        assert.strictEqual(isRpcError(last) && last.attempts, 3)
        assert.isTrue(last.message.endsWith("; 3 attempts"), last.message)
        const saved = yield* run([unavailable, unavailable, done], (client) => call(client))
        assert.deepStrictEqual(saved.at, [0, 375, 1125])
        succeeded(saved)
      })
  )

  it.effect("the jitter takes half to the whole of each delay", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* run([unavailable], undefined, { random: [0] })).at, [
        0,
        250,
        750
      ])
      assert.deepStrictEqual((yield* run([unavailable], undefined, { random: [1] })).at, [
        0,
        500,
        1500
      ])
      assert.deepStrictEqual((yield* run([unavailable], undefined, { random: [0, 1] })).at, [
        0,
        250,
        1250
      ])
    }))

  it.effect("are set by the layer and by the call", () =>
    Effect.gen(function*() {
      const layer = {
        retry: { attempts: 5, initial: "1 second", multiplier: 3, cap: "6 seconds" }
      } as const
      const byLayer = yield* run([unavailable], undefined, { layer, random: [1] })
      assert.deepStrictEqual(byLayer.at, [0, 1_000, 4_000, 10_000, 16_000])
      const byCall = yield* run(
        [unavailable],
        (client) => client.get({ name }, { retry: { attempts: 2, cap: "500 millis" } }),
        { layer, random: [1] }
      )
      assert.deepStrictEqual(byCall.at, [0, 500])
      const none = yield* run([unavailable], (client) => client.get({ name }, { retry: "none" }), {
        layer
      })
      assert.deepStrictEqual(none.at, [0])
      assert.isFalse(error(none).message.includes("attempts"))
      const ofLayer = yield* run([unavailable], undefined, { layer: { retry: "none" } })
      assert.deepStrictEqual(ofLayer.at, [0])
    }))

  it.effect("[12] a warning says what failed, where and why, and when the next one is", () => {
    const logs: Array<string> = []
    const log = Logs.lines(({ level, message }) => void logs.push(`${level} ${message}`))
    return Effect.gen(function*() {
      yield* run([unavailable, () => FakeHttp.broken("ECONNRESET"), done])
      assert.deepStrictEqual(logs, [
        `WARN tried again at ${place} in 375 ms: ${get}: UNAVAILABLE; UNAVAILABLE`,
        `WARN tried again at ${place} in 750 ms: ${get}: Reset at bakery.googleapis.com: ECONNRESET; ` +
        "the request may have been sent; 2 attempts"
      ])
    }).pipe(Logs.instead(log), Logs.all)
  })
})

describe("[14] a failure", () => {
  it.effect.each(
    [
      ["503 UNAVAILABLE", unavailable],
      ["408 HTML", () => FakeHttp.html(408)],
      ["502 HTML", () => FakeHttp.html(502)],
      ["503 HTML", () => FakeHttp.html(503)],
      ["504 HTML", () => FakeHttp.html(504)],
      ["502 without a body", () => new Response(null, { status: 502 })],
      ["UNAVAILABLE with another HTTP status", () => FakeHttp.failure(500, "UNAVAILABLE")],
      ["ENOTFOUND", () => FakeHttp.broken("ENOTFOUND")],
      ["ECONNREFUSED", () => FakeHttp.broken("ECONNREFUSED")],
      ["ECONNRESET", () => FakeHttp.broken("ECONNRESET")],
      ["an unknown error", () => FakeHttp.broken("ESOMETHING")],
      ["a truncated body", () => FakeHttp.truncated("{\"name\"", "UND_ERR_SOCKET")]
    ] as const
  )("%s is tried again", ([, step]) =>
    Effect.gen(function*() {
      const outcome = yield* run([step, done])
      assert.deepStrictEqual(outcome.at, [0, first])
      succeeded(outcome)
    }))

  it.effect.each(
    [
      ["504 DEADLINE_EXCEEDED", () => FakeHttp.failure(504, "DEADLINE_EXCEEDED")],
      [
        "504 of format 1",
        () => FakeHttp.json({ error: { code: 504, message: "m" } }, { status: 504 })
      ],
      ["502 INTERNAL", () => FakeHttp.failure(502, "INTERNAL")],
      ["500 HTML", () => FakeHttp.html(500)],
      ["429 RESOURCE_EXHAUSTED", () => FakeHttp.failure(429, "RESOURCE_EXHAUSTED")],
      ["429 HTML", () => FakeHttp.html(429)],
      ["409 ABORTED", () => FakeHttp.failure(409, "ABORTED")],
      ["403 PERMISSION_DENIED", () => FakeHttp.failure(403, "PERMISSION_DENIED")],
      ["404 NOT_FOUND", () => FakeHttp.failure(404, "NOT_FOUND")],
      ["404 HTML", () => FakeHttp.html(404)],
      ["501 UNIMPLEMENTED", () => FakeHttp.failure(501, "UNIMPLEMENTED")],
      ["a redirect", () => new Response(null, { status: 302 })],
      ["200 HTML", () => FakeHttp.html(200)],
      ["an expired certificate", () => FakeHttp.broken("CERT_HAS_EXPIRED")],
      ["a self-signed certificate", () => FakeHttp.broken("SELF_SIGNED_CERT_IN_CHAIN")],
      ["another host's certificate", () => FakeHttp.broken("ERR_TLS_CERT_ALTNAME_INVALID")]
    ] as const
  )("%s is not", ([, step]) =>
    Effect.gen(function*() {
      for (const [, call] of methods) {
        const outcome = yield* run([step, done], (client) => call(client))
        assert.deepStrictEqual(outcome.at, [0])
        const failed = error(outcome)
        assert.strictEqual("attempts" in failed ? failed.attempts : undefined, 1)
      }
    }))

  it.effect("of another kind than the one before counts as the next attempt", () =>
    Effect.gen(function*() {
      const mixed = yield* run([unavailable, () => FakeHttp.failure(400, "INVALID_ARGUMENT"), done])
      assert.deepStrictEqual(mixed.at, [0, first])
      const failed = error(mixed)
      assert.strictEqual(failed._tag, "INVALID_ARGUMENT")
      assert.strictEqual(isRpcError(failed) && failed.attempts, 2)
    }))

  it.effect("of the credentials is not tried again, be it transient or not", () =>
    Effect.gen(function*() {
      for (const transient of [true, false]) {
        const credentials = Layer.succeed(
          Credentials.Credentials,
          Credentials.Credentials.of({
            ...Credentials.none,
            headers: () =>
              Effect.fail(
                new CredentialsError({ reason: "Unavailable", transient, description: "down" })
              )
          })
        )
        const outcome = yield* run([done], undefined, { credentials })
        const failed = error(outcome)
        assert.strictEqual(failed._tag, "CredentialsError")
        assert.strictEqual(failed._tag === "CredentialsError" && failed.transient, transient)
        assert.deepStrictEqual([outcome.at, outcome.elapsed], [[], 0])
      }
    }))
})

describe("[14] cancel and delete", () => {
  const precondition = () => FakeHttp.failure(400, "FAILED_PRECONDITION")
  const notFound = () => FakeHttp.failure(404, "NOT_FOUND")
  const reset = () => FakeHttp.broken("ECONNRESET")
  const refused = () => FakeHttp.broken("ECONNREFUSED")
  const cancel = (client: Client) => client.cancel({ name })
  const remove = (client: Client) => client.delete({ name })
  const get = (client: Client) => client.get({ name })

  it.effect.each(
    [
      ["cancel", cancel, [unavailable, precondition]],
      ["cancel", cancel, [() => FakeHttp.html(502), precondition]],
      ["cancel", cancel, [reset, precondition]],
      ["cancel", cancel, [reset, refused, precondition]],
      ["delete", remove, [unavailable, notFound]],
      ["delete", remove, [reset, notFound]],
      ["delete", remove, [() => FakeHttp.truncated("{", "ECONNRESET"), notFound]]
    ] as const
  )(
    "%s has succeeded when a repetition after a lost reply is refused",
    ([, call, steps]) =>
      Effect.gen(function*() {
        const outcome = yield* run(steps, call)
        succeeded(outcome)
        assert.strictEqual(outcome.at.length, steps.length)
      })
  )

  it.effect.each(
    [
      ["cancel", cancel, [precondition], "FAILED_PRECONDITION"],
      ["cancel", cancel, [refused, precondition], "FAILED_PRECONDITION"],
      ["cancel", cancel, [reset, notFound], "NOT_FOUND"],
      ["delete", remove, [notFound], "NOT_FOUND"],
      ["delete", remove, [refused, notFound], "NOT_FOUND"],
      ["delete", remove, [reset, precondition], "FAILED_PRECONDITION"],
      ["delete", remove, [reset, () => FakeHttp.html(404)], "MalformedResponse"],
      ["get", get, [reset, notFound], "NOT_FOUND"],
      ["get", get, [reset, precondition], "FAILED_PRECONDITION"]
    ] as const
  )("%s has not otherwise", ([, call, steps, tag]) =>
    Effect.gen(function*() {
      const outcome = yield* run(steps, call)
      assert.strictEqual(error(outcome)._tag, tag)
      assert.strictEqual(outcome.at.length, steps.length)
    }))
})
