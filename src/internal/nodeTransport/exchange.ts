import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Undici from "undici"
import { begun } from "../base/cutOff.ts"
import { after } from "../base/timers.ts"
import { Broken, type Exchange, type Limits, type Received } from "../wire/exchange.ts"
import { isEncoded, unpack } from "./encoding.ts"
import type { Routes } from "./routes.ts"
import { textOf } from "./text.ts"

type Resume = (effect: Effect.Effect<Received, Broken>) => void

/** Collects one reply. Ends once: with the reply, a failure, the time or the size; then nothing of it is kept. */
class Collector implements Undici.Dispatcher.DispatchHandler {
  readonly #resume: Resume
  readonly #limit: number
  #chunks: Array<Uint8Array> = []
  #cancelTimer: (() => void) | undefined
  #controller: Undici.Dispatcher.DispatchController | undefined
  #status: number | undefined
  #headers: Received["headers"] = {}
  #size = 0
  #over = false

  constructor(resume: Resume, limits: Limits, fiber: Fiber.RuntimeFiber<unknown, unknown>) {
    this.#resume = resume
    this.#limit = limits.bytes
    this.#cancelTimer = after(
      fiber,
      limits.millis,
      () => this.#give(new Broken("Timeout", this.#status))
    )
  }

  /** Ends it without a reply: its socket is closed. */
  stop(): void {
    if (this.#over) return
    this.#end()
    this.#controller?.abort(new Error("aborted"))
  }

  #end(): void {
    this.#over = true
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #give(broken: Broken): void {
    if (this.#over) return
    this.stop()
    this.#resume(Effect.fail(broken))
  }

  onRequestStart(controller: Undici.Dispatcher.DispatchController): void {
    if (this.#over) controller.abort(new Error("aborted"))
    else this.#controller = controller
  }

  onResponseStart(
    _: Undici.Dispatcher.DispatchController,
    status: number,
    headers: Received["headers"]
  ): void {
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    if (Number(headers["content-length"]) > this.#limit) this.#give(new Broken("TooLarge", status))
  }

  onResponseData(_: Undici.Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#over) return
    this.#size += chunk.length
    this.#chunks.push(chunk)
    if (this.#size > this.#limit) this.#give(new Broken("TooLarge", this.#status))
  }

  onResponseEnd(): void {
    if (this.#over) return
    this.#end()
    if (!isEncoded(this.#headers)) return this.#resume(this.#received())
    const unpacked = unpack(this.#headers, Buffer.concat(this.#chunks, this.#size), this.#limit)
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

  onResponseError(_: unknown, error: Error): void {
    if (this.#over) return
    this.#end()
    this.#resume(Effect.fail(new Broken("Transport", this.#status, error)))
  }
}

const target = /^(https?:\/\/[^/?#@]+)(\/[^#]*)?$/

/**
 * The exchange straight over undici: one step of the fiber, from the first byte sent to the last received.
 *
 * @internal
 */
export const make = (routes: Routes): Exchange => (sent, limits) =>
  Effect.withFiberRuntime((fiber) =>
    begun<Received, Broken>((resume) => {
      const [, origin = "", path = "/"] = target.exec(sent.url) ?? []
      const collector = new Collector(resume, limits, fiber)
      try {
        routes.to(origin).dispatch({
          origin,
          path,
          method: sent.verb,
          headers: sent.body === undefined
            ? sent.headers
            : { ...sent.headers, "content-type": "application/json" },
          body: sent.body ?? null
        }, collector)
      } catch (error) {
        collector.onResponseError(
          undefined,
          error instanceof Error ? error : new Error("cannot be sent")
        )
      }
      return Effect.sync(() => collector.stop())
    })
  )
