import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Undici from "undici"
import { begun } from "../base/cutOff.ts"
import { after } from "../base/timers.ts"
import {
  Broken,
  type Exchange,
  type Limits,
  Queueing,
  type Received,
  type Sent
} from "../wire/exchange.ts"
import { isEncoded, unpack } from "./encoding.ts"
import type { Caller } from "./queue.ts"
import type { Route } from "./route.ts"
import type { Routes } from "./routes.ts"
import { textOf } from "./text.ts"

type Resume = (effect: Effect.Effect<Received, Broken>) => void

/** What {@link Call} is for. */
interface Asked {
  readonly sent: Sent
  readonly limits: Limits
  readonly origin: string
  readonly path: string
}

/**
 * One call: queues, is dispatched, and collects its reply. Ends once: with the reply, a failure, the time or the size; then nothing
 * of it is kept.
 */
class Call implements Undici.Dispatcher.DispatchHandler, Caller {
  readonly #resume: Resume
  readonly #route: Route
  readonly #asked: Asked
  readonly #fiber: Fiber.RuntimeFiber<unknown, unknown>
  #chunks: Array<Uint8Array> = []
  #cancelTimer: (() => void) | undefined
  /** There once the request is written. */
  #controller: Undici.Dispatcher.DispatchController | undefined
  #status: number | undefined
  #headers: Received["headers"] = {}
  #size = 0
  #dispatched = false
  #over = false

  constructor(
    route: Route,
    asked: Asked,
    fiber: Fiber.RuntimeFiber<unknown, unknown>,
    resume: Resume
  ) {
    this.#route = route
    this.#asked = asked
    this.#fiber = fiber
    this.#resume = resume
  }

  start(): void {
    this.#route.queue.enter(this)
    if (this.#dispatched) return
    const { isLimited, queued } = Context.get(this.#fiber.currentContext, Queueing) ??
      { isLimited: true, queued: 0 }
    if (isLimited === true) this.#within("Busy", this.#asked.limits.millis - queued)
  }

  begin(): void {
    this.#dispatched = true
    this.#cancelTimer?.()
    this.#within("Timeout", this.#asked.limits.millis)
    const { origin, path, sent } = this.#asked
    try {
      this.#route.dispatch({
        origin,
        path,
        method: sent.verb,
        headers: sent.body === undefined
          ? sent.headers
          : { ...sent.headers, "content-type": "application/json" },
        body: sent.body ?? null
      }, this)
    } catch (error) {
      this.onResponseError(undefined, error instanceof Error ? error : new Error("cannot be sent"))
    }
  }

  #within(reason: "Busy" | "Timeout", millis: number): void {
    this.#cancelTimer = after(this.#fiber, millis, () => this.#give(reason))
  }

  /** Ends it without a reply. Its socket is closed if the request was written; else the connection is for the next one. */
  stop(): void {
    if (this.#over) return
    this.#end()
    if (this.#dispatched) this.#controller?.abort(new Error("aborted"))
    else this.#route.queue.abandon(this)
  }

  #end(): void {
    this.#over = true
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #give(reason: Broken["reason"]): void {
    if (this.#over) return
    this.stop()
    this.#fail(reason)
  }

  #fail(reason: Broken["reason"], cause?: unknown): void {
    const unsent = this.#controller === undefined
    this.#resume(Effect.fail(new Broken(reason, this.#status, cause, unsent)))
  }

  /**
   * Throwing is how undici is told to leave the connection alone, and never to send a request a second time. undici 8 would, where
   * the server refused a stream or went away without having read it: whether a call is repeated is not undici's to decide.
   */
  onRequestStart(controller: Undici.Dispatcher.DispatchController): void {
    if (this.#over) throw new Error("not to be sent")
    if (this.#controller !== undefined) throw new Error("NGHTTP2_REFUSED_STREAM")
    this.#controller = controller
  }

  onResponseStart(
    _: Undici.Dispatcher.DispatchController,
    status: number,
    headers: Received["headers"]
  ): void {
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    if (Number(headers["content-length"]) > this.#asked.limits.bytes) this.#give("TooLarge")
  }

  onResponseData(_: Undici.Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#over) return
    this.#size += chunk.length
    this.#chunks.push(chunk)
    if (this.#size > this.#asked.limits.bytes) this.#give("TooLarge")
  }

  onResponseEnd(): void {
    this.#route.queue.leave()
    if (this.#over) return
    this.#end()
    if (!isEncoded(this.#headers)) return this.#resume(this.#received())
    const packed = Buffer.concat(this.#chunks, this.#size)
    const unpacked = unpack(this.#headers, packed, this.#asked.limits.bytes)
    this.#resume(Effect.matchEffect(unpacked, {
      onFailure: (reason) =>
        Effect.fail(
          reason._tag === "TooLarge"
            ? new Broken("TooLarge", this.#status)
            : new Broken("Transport", this.#status, reason)
        ),
      onSuccess: (body) => {
        this.#chunks = [body]
        this.#size = body.length
        return this.#received()
      }
    }))
  }

  /** Not a value: a fiber keeps the effect that it was resumed with as long as it runs, and the text of a page is large. */
  #received(): Effect.Effect<Received> {
    return Effect.sync(() => {
      const { isUtf8, text } = textOf(this.#chunks, this.#size)
      this.#chunks = []
      return { status: this.#status ?? 0, headers: this.#headers, text, isUtf8 }
    })
  }

  /** Also when it was aborted: undici is done with it. */
  onResponseError(_: unknown, error: Error): void {
    this.#route.queue.leave()
    if (this.#over) return
    this.#end()
    this.#fail("Transport", error)
  }
}

const target = /^(https?:\/\/[^/?#@]+)(\/[^#]*)?$/

/**
 * The exchange straight over undici: one step of the fiber, from the first byte sent to the last received.
 *
 * @internal
 */
export const make = (routes: Routes): Exchange => {
  const exchange: Exchange = (sent, limits) =>
    Effect.withFiberRuntime((fiber) =>
      begun<Received, Broken>((resume) => {
        const [, origin = "", path = "/"] = target.exec(sent.url) ?? []
        const call = new Call(routes.to(origin), { sent, limits, origin, path }, fiber, resume)
        call.start()
        return Effect.sync(() => call.stop())
      })
    )
  return Object.assign(exchange, { connections: routes.connections })
}
