import type { Time } from "./services.ts"

interface Timer {
  readonly at: number
  readonly wake: () => void
}

/** The longest timer of a JavaScript runtime. */
const maxTimer = 2 ** 31 - 1

/**
 * A clock that jumps to its next timer as soon as nothing else runs: long timelines, and many of
 * them, in little real time. A timer that is too long for a runtime never fires, as in Effect's own
 * clock.
 */
export class VirtualClock implements Time {
  /** Added to the wall clock only. */
  wallJump = 0
  #now = 0
  #jumping = false
  readonly #timers: Array<Timer> = []

  readonly millis = () => this.#now + this.wallJump

  readonly nanos = () => BigInt(Math.round(this.#now * 1_000_000))

  /** How many timers are pending. */
  get pending(): number {
    return this.#timers.length
  }

  timer(millis: number, wake: () => void): () => void {
    if (millis > maxTimer) return () => {}
    const timer = { at: this.#now + millis, wake }
    const after = this.#timers.findIndex((other) => other.at > timer.at)
    this.#timers.splice(after === -1 ? this.#timers.length : after, 0, timer)
    this.#jump()
    return () => {
      const index = this.#timers.indexOf(timer)
      if (index !== -1) this.#timers.splice(index, 1)
    }
  }

  #jump(): void {
    if (this.#jumping) return
    this.#jumping = true
    setImmediate(() => {
      this.#jumping = false
      const timer = this.#timers.shift()
      if (timer === undefined) return
      this.#now = timer.at
      timer.wake()
      this.#jump()
    })
  }
}
