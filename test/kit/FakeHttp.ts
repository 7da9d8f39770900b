import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { Clock, Context, Effect, Layer } from "effect"

/** A request as it would have left. */
export interface Call {
  readonly at: number
  readonly verb: string
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string | undefined
}

export class Calls extends Context.Tag("test/Calls")<Calls, Array<Call>>() {}

/** Every request so far. */
export const calls: Effect.Effect<ReadonlyArray<Call>, never, Calls> = Effect.map(
  Calls,
  (all) => [...all]
)

/** A connection that failed before a reply; the transport's own error holds the whole request. */
export class Broken {
  readonly _tag = "Broken"
  readonly cause: unknown
  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** Answers with the n-th response; `never` hangs. */
export type Handler = (
  call: Call,
  index: number
) => Response | Effect.Effect<Response, Broken>

export const json = (body: unknown, init: ResponseInit = {}): Response =>
  new Response(JSON.stringify(body), {
    headers: { "content-type": "application/json" },
    ...init
  })

/** A Google error body. */
export const failure = (
  httpStatus: number,
  status: string,
  extra: {
    readonly message?: string
    readonly details?: ReadonlyArray<unknown>
    readonly headers?: { readonly [name: string]: string }
  } = {}
): Response =>
  new Response(
    JSON.stringify({
      error: {
        code: httpStatus,
        status,
        message: extra.message ?? status,
        details: extra.details ?? []
      }
    }),
    {
      status: httpStatus,
      headers: {
        "content-type": "application/json",
        ...extra.headers
      }
    }
  )

/** What a front end sends. */
export const html = (
  httpStatus: number,
  body = `<html><title>Error ${httpStatus}</title><p>Please try again.`
): Response => new Response(body, { status: httpStatus, headers: { "content-type": "text/html" } })

/** An error as Node raises it. */
export const nodeError = (code: string, message = `connect ${code} 192.0.2.1:443`): Error =>
  Object.assign(new Error(message), { code })

/** The failure of `fetch` for an error of the socket below it. */
export const broken = (code: string): Effect.Effect<never, Broken> =>
  Effect.fail(new Broken(new TypeError("fetch failed", { cause: nodeError(code) })))

/** A reply whose body breaks off after `text`. */
export const truncated = (text: string, code: string, init: ResponseInit = {}): Response =>
  new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
      pull: (controller) =>
        controller.error(new TypeError("terminated", { cause: nodeError(code) }))
    }),
    init
  )

/** An HttpClient in memory that records what it is asked. */
export const layer = (handler: Handler): Layer.Layer<HttpClient.HttpClient | Calls> =>
  Layer.effectContext(Effect.sync(() => {
    const calls: Array<Call> = []
    const client = HttpClient.make((request, url) =>
      Effect.gen(function*() {
        const call: Call = {
          at: yield* Clock.currentTimeMillis,
          verb: request.method,
          url: url.toString(),
          headers: request.headers,
          body: request.body._tag === "Uint8Array"
            ? new TextDecoder().decode(request.body.body)
            : undefined
        }
        const answer = handler(call, calls.push(call) - 1)
        const response = Effect.isEffect(answer)
          ? yield* Effect.mapError(
            answer,
            ({ cause }) => new HttpClientError.RequestError({ request, reason: "Transport", cause })
          )
          : answer
        return HttpClientResponse.fromWeb(request, response)
      })
    )
    return Context.make(HttpClient.HttpClient, client).pipe(Context.add(Calls, calls))
  }))
