/** The bakery with a scripted server in memory that keeps a record of every request and every log line. */
import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { Clock, Context, DateTime, Effect, Exit, Layer, Schema } from "effect"
import * as Credentials from "effect-lro/Credentials"
import type { InvalidSettings } from "effect-lro/LroError"
import { OperationRef } from "effect-lro/OperationRef"
import * as Operations from "effect-lro/Operations"
import { bake, type BakeRequest, binding, name, parent } from "./bakery.ts"
import * as FakeHttp from "./FakeHttp.ts"
import { census } from "./fibers.ts"
import * as Logs from "./logs.ts"

export { bake, bakeOnce, bakeSilently, name, Progress } from "./bakery.ts"

const { cancel, get, wait } = binding.methods

/** The bakery with no requests but starts, polls and cancels. */
export class Bakery extends Operations.Tag<Bakery>()(
  "test/Bakery",
  Operations.binding({ ...binding, methods: { get, cancel } })
) {}

/** The bakery that can hold a poll. */
export const holding = Operations.binding({ ...binding, methods: { get, wait } })

export class Holding extends Operations.Tag<Holding>()("test/Holding", holding) {}

export const Cake = Schema.Struct({ flavour: Schema.String })

export const order: BakeRequest = { parent, cake: { flavour: "plum" } }

/** An operation of a former time. */
export const ref = new OperationRef({
  service: binding.service,
  version: binding.version,
  name,
  method: bake.rpc,
  startedAt: DateTime.unsafeMake("2026-01-01T00:00:00Z")
})

/** Makes one reply of the server. */
export type Reply = () => Response | Effect.Effect<Response, TransportFailure>

/** A transport that fails the way Node does. */
class TransportFailure {
  readonly _tag = "TransportFailure"
  readonly code: string
  constructor(code: string) {
    this.code = code
  }
}

export const answer = (body: unknown, init?: ResponseInit): Reply => () => FakeHttp.json(body, init)

export const running = (percent?: number): Reply =>
  answer(
    percent === undefined
      ? { name }
      : { name, metadata: { "@type": "x.com/example.Progress", percent } }
  )

export const done: Reply = answer({
  name,
  done: true,
  response: { "@type": "type.googleapis.com/example.bakery.v1.Cake", flavour: "plum" }
})

export const failed = (error: unknown): Reply => answer({ name, done: true, error })

export const cancelled = failed({ code: 1, message: "cancelled" })

export const refuse = (...args: Parameters<typeof FakeHttp.failure>): Reply => () =>
  FakeHttp.failure(...args)

export const html = (status: number): Reply => () =>
  new Response("<html><title>Error</title>Not here.</html>", {
    status,
    headers: { "content-type": "text/html" }
  })

/** A connection that breaks: `ECONNREFUSED` before anything was sent, `ECONNRESET` perhaps after. */
export const broken = (code: string): Reply => () => Effect.fail(new TransportFailure(code))

export const after = (millis: number, reply: Reply): Reply => () =>
  Effect.flatMap(Effect.sleep(millis), () => {
    const response = reply()
    return Effect.isEffect(response) ? response : Effect.succeed(response)
  })

export const hang: Reply = () => Effect.never

/** The replies to each kind of request, in order; the last one is repeated. */
export interface Script {
  readonly start?: ReadonlyArray<Reply>
  readonly get?: ReadonlyArray<Reply>
  readonly cancel?: ReadonlyArray<Reply>
}

export interface Request {
  readonly kind: keyof Script
  readonly at: number
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string | undefined
  end: "pending" | "answered" | "failed" | "aborted"
  /** When it ended. */
  endedAt: number
}

/** What the server and the log have seen. */
export class Seen extends Context.Tag("test/Seen")<Seen, {
  readonly requests: Array<Request>
  readonly logs: Array<string>
  /** The other fibers that live: those of the test and those of the client. */
  readonly fibers: Effect.Effect<ReadonlyArray<number>>
}>() {}

export const requests = Effect.map(Seen, ({ requests }) => requests)

/** `[kind, instant]` of every request. */
export const timeline = Effect.map(
  requests,
  (all) => all.map(({ at, kind }) => [kind, at] as const)
)

/** The instants of the polls. */
export const polledAt = Effect.map(
  requests,
  (all) => all.flatMap(({ at, kind }) => kind === "get" ? [at] : [])
)

/** The log lines that have all of the words. */
export const logged = (...words: ReadonlyArray<string>) =>
  Effect.map(
    Seen,
    ({ logs }) => logs.filter((line) => words.every((word) => line.includes(word)))
  )

const kindOf = (verb: string, url: string): keyof Script =>
  verb === "GET" ? "get" : url.endsWith(":cancel") ? "cancel" : "start"

const client = (script: Script, requests: Array<Request>) =>
  HttpClient.make((request, url) =>
    Effect.gen(function*() {
      const kind = kindOf(request.method, url.pathname)
      const index = requests.filter((earlier) => earlier.kind === kind).length
      const record: Request = {
        kind,
        at: yield* Clock.currentTimeMillis,
        url: url.toString(),
        headers: request.headers,
        body: request.body._tag === "Uint8Array"
          ? new TextDecoder().decode(request.body.body)
          : undefined,
        end: "pending",
        endedAt: Infinity
      }
      requests.push(record)
      const replies = script[kind] ?? []
      const reply = replies[Math.min(index, replies.length - 1)]
      if (reply === undefined) return yield* Effect.dieMessage(`the script has no reply to ${kind}`)
      const response = reply()
      return yield* (Effect.isEffect(response) ? response : Effect.succeed(response)).pipe(
        Effect.mapBoth({
          onFailure: (cause) =>
            new HttpClientError.RequestError({ request, reason: "Transport", cause }),
          onSuccess: (response) => HttpClientResponse.fromWeb(request, response)
        }),
        Effect.onExit((exit) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            record.end = Exit.isSuccess(exit)
              ? "answered"
              : Exit.isInterrupted(exit)
              ? "aborted"
              : "failed"
            record.endedAt = now
          })
        )
      )
    })
  )

/** The client of a scripted server. */
export const layer = (
  script: Script,
  options: Operations.LayerOptions = {},
  credentials: Layer.Layer<Credentials.Credentials, InvalidSettings> = Credentials.layerNone
) => {
  const requests: Array<Request> = []
  const logs: Array<string> = []
  const fibers = census()
  const log = Logs.lines(({ cause, level, message }) => {
    logs.push(`${level} ${message} ${cause}`.trim())
  })
  return Operations.layer(Bakery, options).pipe(
    Layer.provideMerge(Layer.succeed(HttpClient.HttpClient, client(script, requests))),
    Layer.provideMerge(credentials),
    Layer.merge(Layer.succeed(Seen, { requests, logs, fibers: fibers.others })),
    Layer.provideMerge(Layer.merge(Logs.beside(log), fibers.layer))
  )
}
