import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Pull from "../base/pull.ts"

/** @internal */
export interface Counts {
  readonly running: number
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  readonly unknown: number
  readonly requests: number
}

/**
 * How a row ended.
 *
 * @internal
 */
export type End = Exclude<keyof Counts, "running" | "requests">

/**
 * The requests that somebody makes.
 *
 * @internal
 */
export class Requests {
  readonly #listeners = new Set<() => void>()

  add(): void {
    for (const tell of this.#listeners) tell()
  }

  /** Gives the way to stop it. */
  listen(tell: () => void): () => void {
    this.#listeners.add(tell)
    return () => void this.#listeners.delete(tell)
  }
}

/**
 * Counts the rows and the requests of one or more fleets.
 *
 * @internal
 */
export class Board {
  #counts: Counts = {
    running: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    unknown: 0,
    requests: 0
  }
  readonly #waiting = new Set<() => void>()
  /** Whose requests are counted, and by how many fleets. */
  readonly #sources = new Map<Requests, { fleets: number; readonly stop: () => void }>()
  #open = 0
  #isOver = false

  get current(): Effect.Effect<Counts> {
    return Effect.sync(() => this.#counts)
  }

  /** A fleet begins; gives the way to end it. */
  open(requests: Requests): () => void {
    const source = this.#sources.get(requests) ??
      { fleets: 0, stop: requests.listen(() => this.#change("requests", 1)) }
    this.#sources.set(requests, source)
    source.fleets++
    this.#open++
    this.#isOver = false
    return () => {
      if (--source.fleets === 0) {
        source.stop()
        this.#sources.delete(requests)
      }
      this.#isOver = --this.#open === 0
      this.#change("running", 0)
    }
  }

  /** What could not become a row. */
  refused(): void {
    this.enter()
    this.leave("unknown")
  }

  enter(): void {
    this.#change("running", 1)
  }

  /** Without an end it was given up. */
  leave(end: End | undefined): void {
    this.#change("running", -1)
    if (end !== undefined) this.#change(end, 1)
  }

  #change(count: keyof Counts, by: number): void {
    this.#counts = { ...this.#counts, [count]: this.#counts[count] + by }
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** The counts now, and whenever they are others; what comes too fast is left out. Ends with the last fleet. */
  get changes(): Stream.Stream<Counts> {
    return Stream.suspend(() => {
      let seen: Counts | undefined
      const changed = Effect.async<void>((resume) => {
        const wake = () => resume(Effect.void)
        this.#waiting.add(wake)
        return Effect.sync(() => this.#waiting.delete(wake))
      })
      const next: Pull.Pull<Counts, never> = Effect.suspend(() => {
        if (seen === this.#counts) {
          return this.#isOver ? Pull.end : Effect.zipRight(changed, next)
        }
        seen = this.#counts
        return Effect.succeed(seen)
      })
      return Pull.stream(next)
    })
  }
}
