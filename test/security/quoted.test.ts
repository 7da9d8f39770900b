/** A server that quotes what it was sent, in whatever form: none of it is shown. */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Option, Redacted } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { fromUnknown } from "effect-lro/internal/errors/foreignCause"
import { make as makeRedaction } from "effect-lro/internal/wire/redaction"
import * as LroError from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { inspect } from "node:util"
import { bake, binding, http, name, parent } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

const token = "canary/token+with=every-Sign._~0123456789"
const apiKey = "AIzaSyCanaryKeyCanaryKeyCanaryKey012345"
const refreshToken = "1//0canary-Refresh_token-0123456789abcdefgh"
const accessToken = "ya29.a0AfH6SMBcanary-of-somebody-else"
const privateKey =
  "-----BEGIN PRIVATE KEY-----\nMIIEcanaryCANARYcanary/0+A=\n-----END PRIVATE KEY-----\n"

const credentials = Layer.orDie(Credentials.layerToken(Redacted.make(token)))

const hex = (text: string) =>
  [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")

const entities = (text: string, base: 10 | 16) =>
  [...text].map((char) => `&#${base === 16 ? "x" : ""}${char.charCodeAt(0).toString(base)};`).join(
    ""
  )

const json = JSON.stringify

/** The forms in which a text of JSON may write it, its quotes left out. */
const inJson: ReadonlyArray<readonly [form: string, text: string]> = [
  ["as it is", json(token).slice(1, -1)],
  ["with \\/", token.replaceAll("/", "\\/")],
  ["with \\u003d", token.replaceAll("=", "\\u003d")],
  ["as escapes only", hex(token)],
  ["in other case", token.toUpperCase()],
  ["as JSON in JSON", json(json(token).replaceAll("/", "\\/")).slice(1, -1)],
  ["as HTML in JSON", token.replaceAll("=", "&#61;").replaceAll("/", "&sol;")],
  ["as a URL in JSON", encodeURIComponent(token)],
  ["as a URL in a URL", encodeURIComponent(encodeURIComponent(token))],
  ["as HTML without semicolons", token.replaceAll("=", "&#61").replaceAll("/", "&#x2f")],
  ["an API key of somebody", apiKey],
  ["a refresh token", refreshToken],
  ["an access token of somebody", accessToken],
  ["a private key", json(privateKey).slice(1, -1)],
  ["a private key in a text", json(json(privateKey)).slice(1, -1)]
]

const inHtml: ReadonlyArray<readonly [form: string, text: string]> = [
  ["as it is", token],
  ["decimal", entities(token, 10)],
  ["hexadecimal", entities(token, 16)],
  ["its signs only", token.replaceAll("=", "&#x3D;").replaceAll("/", "&#47;")],
  ["in other case", token.toLowerCase()],
  ["a private key", privateKey]
]

/** Long enough a piece of what was planted, in lower case and without escapes. */
const pieces = ["canary/token", "canarykey", "canary-refresh", "canary-of-some", "miiecanary"]

const clean = (what: unknown, where: string) => {
  for (const depth of [0, 10]) {
    const text = (depth === 0 ? json(what) ?? "" : inspect(what, { depth, showHidden: true }))
      .replaceAll("\\/", "/").toLowerCase()
    for (const piece of pieces) assert.isFalse(text.includes(piece), `${where}: ${text}`)
  }
}

const shown = (exit: Exit.Exit<unknown, LroError.LroError>, left = "<redacted>") => {
  const error = Exit.isFailure(exit)
    ? Option.getOrThrow(Cause.failureOption(exit.cause))
    : assert.fail("it succeeded")
  clean(error.message, "message")
  clean(error, "error")
  clean(Cause.pretty(Cause.fail(error), { renderErrorCause: true }), "pretty")
  assert.include(inspect(error, { depth: 10, showHidden: true }), left)
  return error
}

const run = <A>(
  respond: () => Response,
  call: (client: Operations.ClientOf<typeof binding>) => Effect.Effect<A, LroError.LroError>
) =>
  Effect.flatMap(Operations.make(binding, { retry: "none" }), (client) => Effect.exit(call(client)))
    .pipe(Effect.provide(http(respond, { credentials })))

const body = (text: string, status = 403, type = "application/json") => () =>
  new Response(text, { status, headers: { "content-type": type } })

describe("[12] a secret that is quoted in JSON", () => {
  it.effect.each(inJson)(
    "%s: message, details, keys and other details",
    ([, text]) =>
      Effect.gen(function*() {
        const detail = `{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"${text}",` +
          `"metadata":{"${text}":"${text}"}}`
        const other = `{"@type":"x/y","a":[{"b":"${text}"}]}`
        shown(
          yield* run(
            body(
              `{"error":{"code":403,"status":"PERMISSION_DENIED","message":"${text}","detail":"${text}",` +
                `"details":[${detail},${other}]}}`
            ),
            (client) => client.get({ name })
          )
        )
        shown(
          yield* run(
            body(`{"error":{"code":403,"status":"${text}","message":"m"}}`),
            (client) => client.get({ name })
          )
        )
      })
  )

  it.effect.each(inJson)(
    "%s: an operation's own error, got, listed, waited for and started",
    ([, text]) =>
      Effect.gen(function*() {
        const operation =
          `{"name":"${name}","done":true,"error":{"code":7,"message":"${text}","details":[{"a":"${text}"}]}}`
        const got = yield* run(body(operation, 200), (client) => client.get({ name }))
        clean(Exit.isSuccess(got) ? got.value : assert.fail(), "operation")
        const listed = yield* run(
          body(`{"operations":[${operation}]}`, 200),
          (client) => client.listPage({ name: parent })
        )
        clean(Exit.isSuccess(listed) ? listed.value : assert.fail(), "page")
        const failed = shown(
          yield* run(body(operation, 200), (client) => client.untilDone(name))
        )
        assert.strictEqual(failed._tag, "OperationFailed")
        const begin = { parent, cake: {} }
        const started = yield* run(body(operation, 200), (client) => client.start(bake, begin))
        clean(Exit.isSuccess(started) ? started.value : assert.fail(), "started")
        shown(yield* run(body(operation, 200), (client) => client.run(bake, begin)))
        shown(
          yield* run(
            body(`{"kind":"${text}#operation","selfLink":"https://x/${text}"}`, 200),
            (client) => client.get({ name })
          ),
          "NotAnOperation"
        )
      })
  )
})

describe("[12] a secret that is quoted in HTML", () => {
  it.effect.each(inHtml)("%s: the text of the page", ([, text]) =>
    Effect.gen(function*() {
      for (
        const page of [
          `<html><p>You sent <b>Authorization: Bearer ${text}</b>`,
          // Where the excerpt ends.
          `<p>${"x ".repeat(90)}${text}`,
          `<p>${"<i></i>".repeat(570)}${"x ".repeat(40)}${text}`
        ]
      ) {
        const exit = yield* run(body(page, 502, "text/html"), (client) => client.get({ name }))
        clean(Exit.isFailure(exit) ? Cause.squash(exit.cause) : assert.fail(), page)
      }
    }))
})

describe("[12] a secret that is quoted elsewhere", () => {
  it.effect.each([token, token.toUpperCase(), token.replaceAll("=", "%3D")])(
    "in the content type: %s",
    (text) =>
      Effect.gen(function*() {
        for (const type of [`text/x; a="Bearer ${text}"`, `${"x".repeat(80)}${text}`]) {
          shown(yield* run(body("no JSON", 200, type), (client) => client.get({ name })))
        }
      })
  )

  it.effect("in the name and the code of a transport's cause", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { retry: "none" })
      shown(yield* Effect.exit(client.get({ name })), "Other")
    }).pipe(
      Effect.provide(http(() =>
        Effect.fail(
          new FakeHttp.Broken(
            Object.assign(new Error("x"), { name: `E ${token}`, code: token })
          )
        ), { credentials }))
    ))

  it.effect("the token that was refused before the one that is used now", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { retry: "none" })
      shown(yield* Effect.exit(client.get({ name })))
    }).pipe(
      Effect.provide(
        http(
          (_, index) =>
            index === 0
              ? FakeHttp.failure(401, "UNAUTHENTICATED")
              : FakeHttp.failure(403, "PERMISSION_DENIED", { message: `not ${token}` }),
          {
            credentials: Layer.succeed(Credentials.Credentials, {
              ...Credentials.none,
              kind: "token",
              headers: () => Effect.succeed({ authorization: `Bearer ${token}` } as never),
              refresh: () =>
                Effect.succeedSome({ authorization: "Bearer another-token-0123456789" } as never)
            })
          }
        )
      )
    ))

  it("the message of an error that a source of credentials raised", () => {
    for (const secret of [apiKey, refreshToken, accessToken, privateKey]) {
      const cause = fromUnknown(new Error(`refused: ${secret}`))
      clean(cause, secret)
      assert.include(cause.message, "refused: <redacted>")
    }
  })

  it("a body that is nested too deeply to be walked is left out", () => {
    const deep = JSON.parse(`${"[".repeat(50_000)}"${token}"${"]".repeat(50_000)}`) as unknown
    const { json } = makeRedaction([])
    assert.isFalse(inspect(json(deep), { depth: null }).includes("canary"))
    assert.deepStrictEqual(
      json(JSON.parse("{\"__proto__\":{\"a\":1}}")),
      JSON.parse(
        "{\"__proto__\":{\"a\":1}}"
      )
    )
  })
})
