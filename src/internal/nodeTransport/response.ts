import * as Cookies from "@effect/platform/Cookies"
import * as Headers from "@effect/platform/Headers"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as Undici from "undici"
import * as HttpError from "../base/httpError.ts"
import * as Pull from "../base/pull.ts"
import type { Received } from "../wire/exchange.ts"
import { isEncoded, unpack } from "./encoding.ts"

/** As much as is read ahead of the reader; then the socket waits. */
const highWater = 64 * 1024

/** What a body is unpacked to at most when nobody says otherwise. */
const unpackLimit = 64 * 1024 * 1024

/** The bytes of a reply as they come, for one reader. */
export class Body {
  #chunks: Array<Uint8Array> = []
  #size = 0
  #end: { readonly error: unknown } | undefined
  #wake: (() => void) | undefined
  #controller: Undici.Dispatcher.DispatchController

  constructor(controller: Undici.Dispatcher.DispatchController) {
    this.#controller = controller
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size > highWater) this.#controller.pause()
    this.#wake?.()
  }

  end(error?: unknown): void {
    this.#end ??= { error }
    this.#wake?.()
  }

  /** What has come since; nothing at the end. Fails with what broke the reply. */
  readonly next: Pull.Pull<ReadonlyArray<Uint8Array>, unknown> = Effect.suspend(
    () => {
      if (this.#chunks.length > 0) {
        const chunks = this.#chunks
        this.#chunks = []
        this.#size = 0
        this.#controller.resume()
        return Effect.succeed(chunks)
      }
      if (this.#end !== undefined) {
        return this.#end.error === undefined ? Pull.end : Pull.fail(this.#end.error)
      }
      return Effect.zipRight(
        Effect.async<void>((resume) => {
          this.#wake = () => {
            this.#wake = undefined
            resume(Effect.void)
          }
          return Effect.sync(() => {
            this.#wake = undefined
          })
        }),
        this.next
      )
    }
  )

  abort(): void {
    this.#controller.abort(new Error("aborted"))
  }
}

/** A reply for users of the transport other than this SDK. */
export class Response extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly request: HttpClientRequest.HttpClientRequest
  readonly status: number
  readonly headers: Headers.Headers
  readonly remoteAddress: Option.Option<string> = Option.none()
  readonly #raw: Received["headers"]
  readonly #body: Body
  #bytes: Effect.Effect<Uint8Array, HttpClientError.ResponseError> | undefined

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    status: number,
    headers: Received["headers"],
    body: Body
  ) {
    super()
    this.request = request
    this.status = status
    this.headers = Headers.fromInput(headers)
    this.#raw = headers
    this.#body = body
  }

  get cookies(): Cookies.Cookies {
    const cookies = this.#raw["set-cookie"]
    return cookies === undefined ? Cookies.empty : Cookies.fromSetCookie(cookies)
  }

  get stream(): Stream.Stream<Uint8Array, HttpClientError.ResponseError> {
    return isEncoded(this.#raw)
      ? Stream.fromEffect(this.#read)
      : Stream.mapError(
        Pull.streamOfArrays(this.#body.next),
        (cause) => this.#failed(cause)
      )
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.ResponseError> {
    return Effect.map(this.#read, (bytes) => new Uint8Array(bytes).buffer)
  }

  get text(): Effect.Effect<string, HttpClientError.ResponseError> {
    return Effect.map(this.#read, (bytes) => new TextDecoder().decode(bytes))
  }

  get json(): Effect.Effect<unknown, HttpClientError.ResponseError> {
    return Effect.flatMap(this.text, (text) =>
      Effect.try({
        try: () => text === "" ? null : JSON.parse(text) as unknown,
        catch: (cause) => this.#failed(cause)
      }))
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.ResponseError> {
    return Effect.map(this.text, (text) => UrlParams.fromInput(new URLSearchParams(text)))
  }

  get formData(): Effect.Effect<FormData, HttpClientError.ResponseError> {
    return Effect.flatMap(this.arrayBuffer, (body) =>
      Effect.tryPromise({
        try: () =>
          new globalThis.Response(body, {
            headers: { "content-type": this.headers["content-type"] ?? "" }
          }).formData(),
        catch: (cause) => this.#failed(cause)
      }))
  }

  /** The whole body, read once. */
  get #read(): Effect.Effect<Uint8Array, HttpClientError.ResponseError> {
    return this.#bytes ??= Effect.runSync(Effect.cached(this.#collect))
  }

  get #collect(): Effect.Effect<Uint8Array, HttpClientError.ResponseError> {
    return Effect.gen(this, function*() {
      const limit = Option.map(yield* HttpIncomingMessage.MaxBodySize, Number)
      const chunks: Array<Uint8Array> = []
      let size = 0
      yield* Stream.runForEach(
        Stream.mapError(
          Pull.streamOfArrays(this.#body.next),
          (cause) => this.#failed(cause)
        ),
        (chunk) => {
          chunks.push(chunk)
          size += chunk.length
          if (Option.isNone(limit) || size <= limit.value) return Effect.void
          this.#body.abort()
          return Effect.fail(this.#failed("maxBytes exceeded"))
        }
      )
      const bytes = Buffer.concat(chunks, size)
      return isEncoded(this.#raw)
        ? yield* Effect.mapError(
          unpack(this.#raw, bytes, Option.getOrElse(limit, () => unpackLimit)),
          (cause) => this.#failed(cause)
        )
        : bytes
    })
  }

  #failed(cause: unknown): HttpClientError.ResponseError {
    return HttpError.ofBody(this.request, this, cause)
  }

  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "@effect/platform/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }
}
