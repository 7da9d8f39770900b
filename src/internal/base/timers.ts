import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Runtime from "effect/Runtime"
import { grain } from "./grain.ts"

const liveClock = Context.get(DefaultServices.liveServices, Clock.Clock)

/**
 * The longest timer of a JavaScript runtime, in milliseconds: with a longer one it fires at once.
 *
 * @internal
 */
export const maxTimer = 2 ** 31 - 1

/**
 * Runs something after a while by a clock, unless it is cancelled before. With the live clock it is one timer of the runtime, with
 * any other a fiber that sleeps. What is longer than {@link maxTimer} never comes.
 *
 * @internal
 */
export const afterBy = (
  clock: Clock.Clock,
  runtime: () => Runtime.Runtime<never>,
  millis: number,
  run: () => void
): () => void => {
  if (millis > maxTimer) return () => {}
  if (clock === liveClock) {
    // The live clock's own sleep is this timer, inside a fiber that would cost ten times as much. Rounded up: it would be a little
    // early otherwise, and armed a second time.
    // oxlint-disable-next-line no-restricted-globals
    const handle = setTimeout(run, Math.ceil(millis))
    return () => clearTimeout(handle)
  }
  // After some turns of the scheduler: as a timer of the runtime, it never runs before this returns; and what a fake server answers at
  // once needs no timer, each of which a test clock goes through with all that it does for one, also when it was given up.
  const sleeping = Runtime.runFork(runtime())(
    Effect.zipRight(
      turns(8),
      Effect.zipRight(clock.sleep(Duration.millis(millis)), Effect.sync(run))
    )
  )
  return () => sleeping.unsafeInterruptAsFork(FiberId.none)
}

const turns = (count: number): Effect.Effect<void> =>
  count === 1
    ? Effect.yieldNow()
    : Effect.flatMap(Effect.yieldNow(), () => turns(count - 1))

/**
 * {@link afterBy} the clock of a fiber.
 *
 * @internal
 */
export const after = (
  fiber: Fiber.RuntimeFiber<unknown, unknown>,
  millis: number,
  run: () => void
): () => void =>
  afterBy(
    Context.get(fiber.currentDefaultServices, Clock.Clock),
    () =>
      Runtime.make({
        context: fiber.currentContext,
        fiberRefs: fiber.getFiberRefs(),
        runtimeFlags: Runtime.defaultRuntimeFlags
      }),
    millis,
    run
  )

/**
 * Something to run at an instant, in monotonic milliseconds; see {@link Timers}.
 *
 * @internal
 */
export interface Timer {
  readonly at: number
  readonly run: () => void
  /** Its place in the heap; -1 when it is not there. */
  index: number
}

/**
 * All timers of one layer: a heap, and a few timers of the clock while it is not empty. Ten thousand waits cost ten thousand
 * entries, not ten thousand fibers.
 *
 * @internal
 */
export class Timers {
  readonly #heap: Array<Timer> = []
  readonly #runtime: Runtime.Runtime<never>
  readonly #clock: Clock.Clock
  /** Each earlier than the one before. One that turns out not to be needed wakes in vain, which is cheaper than to cancel it. */
  readonly #sleepers: Array<{ readonly at: number; readonly cancel: () => void }> = []

  constructor(runtime: Runtime.Runtime<never>, clock: Clock.Clock) {
    this.#runtime = runtime
    this.#clock = clock
  }

  /** Monotonic milliseconds. */
  now(): number {
    return Number(this.#clock.unsafeCurrentTimeNanos() / 1000n) / 1000
  }

  /** Runs something at an instant, at once if it has passed. */
  add(at: number, run: () => void): Timer {
    const timer: Timer = { at, run, index: this.#heap.length }
    this.#heap.push(timer)
    this.#up(timer.index)
    this.#arm()
    return timer
  }

  /** Takes a timer out, unless it has run. */
  remove(timer: Timer): void {
    if (timer.index < 0) return
    this.#take(timer.index)
    this.#arm()
  }

  #arm(): void {
    const [next] = this.#heap
    if (next === undefined) {
      for (const { cancel } of this.#sleepers.splice(0)) cancel()
      return
    }
    const { at } = next
    const earliest = this.#sleepers.at(-1)
    if (earliest !== undefined && earliest.at <= at) return
    // What is further off than a timer can be is armed again on the way.
    const delay = Math.min(maxTimer, Math.max(0, at - this.now()))
    const cancel = afterBy(this.#clock, () => this.#runtime, delay, () => {
      const index = this.#sleepers.indexOf(sleeper)
      if (index >= 0) this.#sleepers.splice(index, 1)
      this.#fire()
    })
    const sleeper = { at, cancel }
    this.#sleepers.push(sleeper)
  }

  #fire(): void {
    const now = this.now() + grain
    for (let next = this.#heap[0]; next !== undefined && next.at <= now; next = this.#heap[0]) {
      this.#take(0)
      next.run()
    }
    this.#arm()
  }

  #take(index: number): void {
    const timer = this.#heap[index]
    const last = this.#heap.pop()
    if (timer === undefined || last === undefined) return
    timer.index = -1
    if (last === timer) return
    this.#heap[index] = last
    last.index = index
    this.#down(index)
    this.#up(last.index)
  }

  #up(index: number): void {
    for (let i = index; i > 0;) {
      const parent = (i - 1) >> 1
      if (!this.#swapped(parent, i)) return
      i = parent
    }
  }

  #down(index: number): void {
    for (let i = index;;) {
      const left = 2 * i + 1
      const right = left + 1
      const first = right < this.#heap.length && this.#before(right, left) ? right : left
      if (first >= this.#heap.length || !this.#swapped(i, first)) return
      i = first
    }
  }

  #before(a: number, b: number): boolean {
    return (this.#heap[a]?.at ?? Infinity) < (this.#heap[b]?.at ?? Infinity)
  }

  /** Swaps a parent with a child that is due earlier. */
  #swapped(parent: number, child: number): boolean {
    const a = this.#heap[parent]
    const b = this.#heap[child]
    if (a === undefined || b === undefined || b.at >= a.at) return false
    this.#heap[parent] = b
    this.#heap[child] = a
    b.index = parent
    a.index = child
    return true
  }
}
