/** What the matrix's witness sees, and the leaks of the platform that are closed; the matrix itself looks for secrets in every cell. */
import {
  FetchHttpClient,
  Headers,
  HttpClient,
  HttpClientError,
  HttpClientRequest
} from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Redacted } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Operations from "effect-lro/Operations"
import { binding } from "../matrix/cells.ts"
import * as FaultServer from "../matrix/FaultServer.ts"
import * as Replies from "../matrix/replies.ts"
import { canaries, leaks, make, shown, shownFailure } from "../matrix/witness.ts"

const request = HttpClientRequest.get(`http://x.test/?key=${canaries.key}`).pipe(
  HttpClientRequest.bearerToken(canaries.token)
)
const platformError = new HttpClientError.RequestError({ request, reason: "Transport" })

const found = (texts: ReadonlyArray<string>) => texts.flatMap((text) => leaks(text))

/** Everything that is seen of a call through this client. */
const seen = (
  client: HttpClient.HttpClient,
  endpoint: string,
  credentials: Credentials.Service
) =>
  Effect.gen(function*() {
    const witness = make()
    const { get } = yield* Operations.make(binding, {
      endpoint,
      quotaProject: canaries.quota,
      retry: { initial: 1 }
    })
    const exit = yield* Effect.exit(witness.watch(get({ name: Replies.nameOf("s") })))
    if (exit._tag === "Failure") witness.note(shownFailure(exit.cause))
    return { exit, texts: witness.texts, spans: witness.spans() }
  }).pipe(
    Effect.scoped,
    Effect.provideService(HttpClient.HttpClient, client),
    Effect.provideService(Credentials.Credentials, credentials)
  )

describe("[12] secrets", () => {
  it("the witness sees what platform's own error shows", () => {
    assert.include(found(shown(platformError)), "canary-token")
    assert.include(found(shownFailure(Cause.fail(platformError))), "canary-key")
  })

  it.effect("the witness sees log lines, attributes and events", () =>
    Effect.gen(function*() {
      for (
        const leak of [
          Effect.logTrace({ token: canaries.token }),
          Effect.annotateCurrentSpan("key", canaries.key),
          Effect.flatMap(Effect.currentSpan, (span) =>
            Effect.sync(() => span.event("e", 0n, { token: canaries.token })))
        ]
      ) {
        const witness = make()
        yield* witness.watch(leak)
        assert.isNotEmpty(found(witness.texts))
      }
    }))

  it.live("an error of the transport that holds the request shows none", () =>
    Effect.gen(function*() {
      const client = HttpClient.make((request) =>
        Effect.fail(
          new HttpClientError.RequestError({
            request,
            reason: "Transport",
            cause: new Error(`cannot reach ${JSON.stringify(request.headers)}`)
          })
        )
      )
      const credentials = yield* Credentials.makeToken(Redacted.make(canaries.token))
      const { exit, spans, texts } = yield* seen(client, "https://x.test", credentials)
      assert.strictEqual(exit._tag, "Failure")
      assert.isAtLeast(spans, 2)
      assert.deepStrictEqual(found(texts), [])
    }))

  it.live("an API key stays behind at a redirect, and out of logs and spans", () =>
    Effect.gen(function*() {
      const server = yield* FaultServer.make
      const keys: Array<unknown> = []
      server.serve("s", (exchange) => {
        keys.push(exchange.headers["x-goog-api-key"])
        Replies.redirect("otherHost")(exchange)
      })
      const credentials = yield* Credentials.makeApiKey(Redacted.make(canaries.key))
      const client = yield* Effect.provide(HttpClient.HttpClient, FetchHttpClient.layer)
      const { exit, texts } = yield* seen(client, server.url, credentials)
      assert.strictEqual(exit._tag, "Failure")
      assert.deepStrictEqual(keys, [canaries.key])
      assert.strictEqual(server.strays("s"), 0)
      assert.deepStrictEqual(found(texts), [])
    }).pipe(Effect.scoped))

  it.effect("the credentials services show none", () =>
    Effect.gen(function*() {
      const secret = Redacted.make(canaries.token)
      const token = yield* Credentials.makeToken(secret)
      const key = yield* Credentials.makeApiKey(secret)
      const effect = yield* Credentials.makeTokenEffect(Effect.succeed({ token: secret }))
      yield* effect.headers({ scopes: [], host: "x.test" })
      for (const service of [token, key, effect]) assert.deepStrictEqual(found(shown(service)), [])
      const refused = yield* Effect.exit(
        Credentials.makeToken(Redacted.make(`${canaries.token}\n`))
      )
      assert.strictEqual(refused._tag, "Failure")
      assert.deepStrictEqual(found(shown(refused)), [])
      assert.isTrue(Headers.isHeaders(yield* token.headers({ scopes: [], host: "x.test" })))
    }).pipe(Effect.scoped))
})
