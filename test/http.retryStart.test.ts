import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  type Client,
  done,
  error,
  first,
  hang,
  run,
  succeeded,
  unavailable
} from "./utils/attempts.ts"
import { bake, bakeOnce, parent } from "./utils/bakery.ts"
import * as FakeHttp from "./utils/FakeHttp.ts"

describe("a start that is not idempotent", () => {
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

describe("a start with a request id", () => {
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
