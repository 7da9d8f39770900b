import { Clock, Duration, Effect } from "effect"

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
export class VirtualClock implements Clock.Clock {
  readonly [Clock.ClockTypeId]: Clock.ClockTypeId = Clock.ClockTypeId
  /** Added to the wall clock only. */
  wallJump = 0
  #now = 0
  #jumping = false
  readonly #timers: Array<Timer> = []

  readonly currentTimeMillis = Effect.sync(() => this.unsafeCurrentTimeMillis())
  readonly currentTimeNanos = Effect.sync(() => this.unsafeCurrentTimeNanos())

  unsafeCurrentTimeMillis(): number {
    return this.#now + this.wallJump
  }

  unsafeCurrentTimeNanos(): bigint {
    return BigInt(Math.round(this.#now * 1_000_000))
  }

  /** How many timers are pending. */
  get pending(): number {
    return this.#timers.length
  }

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.async((resume) => {
      const cancel = this.#add(Duration.toMillis(duration), () => resume(Effect.void))
      return Effect.sync(cancel)
    })
  }

  scheduler(): Effect.Effect<Clock.ClockScheduler> {
    return Effect.succeed({
      unsafeSchedule: (task, duration) => this.#add(Duration.toMillis(duration), task)
    })
  }

  #add(millis: number, wake: () => void): () => boolean {
    if (millis > maxTimer) return () => false
    const timer = { at: this.#now + millis, wake }
    const after = this.#timers.findIndex((other) => other.at > timer.at)
    this.#timers.splice(after === -1 ? this.#timers.length : after, 0, timer)
    this.#jump()
    return () => {
      const index = this.#timers.indexOf(timer)
      if (index === -1) return false
      this.#timers.splice(index, 1)
      return true
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
