import { HttpClient, HttpClientResponse } from "@effect/platform"
import { Clock, Context, Effect, Layer, Ref } from "effect"

/** A request as it would have left. */
export interface Call {
  readonly at: number
  readonly verb: string
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string | undefined
}

export class Calls extends Context.Tag("test/Calls")<Calls, Ref.Ref<ReadonlyArray<Call>>>() {}

export const calls = Effect.flatMap(Calls, Ref.get)

/** Answers with the n-th response; `never` hangs. */
export type Handler = (call: Call, index: number) => Response | Effect.Effect<Response>

export const json = (body: unknown, init: ResponseInit = {}): Response =>
  new Response(JSON.stringify(body), { headers: { "content-type": "application/json" }, ...init })

/** A Google error body. */
export const failure = (
  httpStatus: number,
  status: string,
  extra: {
    readonly message?: string
    readonly details?: ReadonlyArray<unknown>
    readonly headers?: HeadersInit
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
        ...Object.fromEntries(new Headers(extra.headers))
      }
    }
  )

/** An HttpClient in memory that records what it is asked. */
export const layer = (handler: Handler): Layer.Layer<HttpClient.HttpClient | Calls> =>
  Layer.effectContext(Effect.gen(function*() {
    const calls = yield* Ref.make<ReadonlyArray<Call>>([])
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
        const index = yield* Ref.modify(calls, (all) => [all.length, [...all, call]] as const)
        const response = handler(call, index)
        return HttpClientResponse.fromWeb(
          request,
          Effect.isEffect(response) ? yield* response : response
        )
      })
    )
    return Context.make(HttpClient.HttpClient, client).pipe(Context.add(Calls, calls))
  }))
