import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { TransportError } from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { binding, http, name } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

const { nodeError } = FakeHttp
const fetchFailed = (cause: unknown) => new TypeError("fetch failed", { cause })

/** What becomes of a connection that fails with this cause, or of another step. */
const failed = (step: ReturnType<FakeHttp.Handler>) =>
  Effect.gen(function*() {
    const client = yield* Operations.make(binding, { retry: "none" })
    const error = yield* Effect.flip(client.get({ name }))
    assert.strictEqual(error._tag, "TransportError", error.message)
    return error as TransportError
  }).pipe(Effect.provide(http(() => step)))

const broken = (cause: unknown) => failed(Effect.fail(new FakeHttp.Broken(cause)))

const codes: ReadonlyArray<
  readonly [code: string, reason: TransportError["reason"], sent: "no" | "maybe"]
> = [
  ["ENOTFOUND", "Dns", "no"],
  ["EAI_AGAIN", "Dns", "no"],
  ["ECONNREFUSED", "Refused", "no"],
  ["ENETUNREACH", "Unreachable", "no"],
  ["EHOSTUNREACH", "Unreachable", "no"],
  ["EADDRNOTAVAIL", "Unreachable", "no"],
  ["UND_ERR_CONNECT_TIMEOUT", "Unreachable", "no"],
  ["CERT_HAS_EXPIRED", "Tls", "no"],
  ["CERT_NOT_YET_VALID", "Tls", "no"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "Tls", "no"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "Tls", "no"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "Tls", "no"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "Tls", "no"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "Tls", "no"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "Tls", "no"],
  ["EPROTO", "Tls", "no"],
  ["UND_ERR_PRX_TLS", "Proxy", "no"],
  ["UND_ERR_PRX_CONN", "Proxy", "no"],
  ["ECONNRESET", "Reset", "maybe"],
  ["EPIPE", "Reset", "maybe"],
  ["UND_ERR_SOCKET", "Reset", "maybe"],
  ["ETIMEDOUT", "Timeout", "maybe"],
  ["UND_ERR_HEADERS_TIMEOUT", "Timeout", "maybe"],
  ["UND_ERR_BODY_TIMEOUT", "Timeout", "maybe"],
  ["ESOMETHING", "Other", "maybe"]
]

describe("[9] a connection that fails with", () => {
  it.effect.each(codes)("%s is %s, sent: %s", ([code, reason, sent]) =>
    Effect.gen(function*() {
      const wrapped = [
        nodeError(code),
        fetchFailed(nodeError(code)),
        fetchFailed(fetchFailed(nodeError(code)))
      ]
      for (const cause of wrapped) {
        const error = yield* broken(cause)
        assert.deepStrictEqual([error.reason, error.sent], [reason, sent])
        assert.strictEqual(error.cause?.code, code)
        assert.strictEqual(error.host, "bakery.googleapis.com")
        assert.strictEqual(error.attempts, 1)
      }
    }))

  it.effect("several addresses is told by the first", () =>
    Effect.gen(function*() {
      const refused = [nodeError("ECONNREFUSED"), nodeError("ENETUNREACH")]
      const error = yield* broken(fetchFailed(new AggregateError(refused)))
      assert.deepStrictEqual([error.reason, error.sent], ["Refused", "no"])
      assert.strictEqual(error.cause?.code, "ECONNREFUSED")
    }))

  it.effect("a refused CONNECT of a proxy is Proxy", () =>
    Effect.gen(function*() {
      const text = "Proxy response (407) !== 200 when HTTP Tunneling"
      const error = yield* broken(fetchFailed(nodeError("UND_ERR_ABORTED", text)))
      assert.deepStrictEqual([error.reason, error.sent], ["Proxy", "no"])
    }))

  it.effect.each([undefined, null, "text", 7, {}, new Error("x"), { code: 7 }, { cause: "x" }])(
    "%j is Other, and the request may have been sent",
    (cause) =>
      Effect.gen(function*() {
        const error = yield* broken(cause)
        assert.deepStrictEqual([error.reason, error.sent], ["Other", "maybe"])
      })
  )

  it.effect("an error that causes itself ends", () =>
    Effect.gen(function*() {
      const cyclic: { cause?: unknown; errors?: ReadonlyArray<unknown> } = {}
      cyclic.cause = cyclic
      cyclic.errors = [cyclic]
      const error = yield* broken(cyclic)
      assert.strictEqual(error.reason, "Other")
    }))
})

describe("[11] a body that breaks off with", () => {
  it.effect.each(codes)("%s may have been sent", ([code, reason]) =>
    Effect.gen(function*() {
      for (const headers of [{}, { "content-length": "100" }]) {
        const error = yield* failed(FakeHttp.truncated("{\"name\":", code, { headers }))
        assert.deepStrictEqual(
          [error.reason, error.sent],
          [reason === "Timeout" ? "Timeout" : "Truncated", "maybe"]
        )
        assert.strictEqual(error.cause?.code, code)
      }
    }))

  it.effect("a reset is Truncated also when the reply is an error", () =>
    Effect.gen(function*() {
      const error = yield* failed(FakeHttp.truncated("{\"error\":", "ECONNRESET", { status: 503 }))
      assert.strictEqual(error.reason, "Truncated")
    }))
})

describe("the message", () => {
  it.effect("says where, what, and whether the request was sent", () =>
    Effect.gen(function*() {
      const get = `google.longrunning.Operations.GetOperation (${name})`
      assert.strictEqual(
        (yield* broken(fetchFailed(nodeError("ECONNREFUSED")))).message,
        `${get}: Refused at bakery.googleapis.com: ECONNREFUSED; nothing was sent`
      )
      assert.strictEqual(
        (yield* broken(new TypeError("Failed to fetch"))).message,
        `${get}: Other at bakery.googleapis.com: TypeError; the request may have been sent`
      )
    }))
})
