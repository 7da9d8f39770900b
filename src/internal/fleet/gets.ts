import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { CallError } from "../../LroError.ts"
import * as Telemetry from "../base/telemetry.ts"
import { Lost, type Membership, type Outcome } from "../wait/source.ts"
import type { Means } from "./means.ts"
import type { Entry, Seat } from "./seat.ts"

/** It never wakes without one. */
const nextOf = (member: Membership, at: number): Effect.Effect<Outcome> =>
  Effect.flatMap(
    member.next({ at, wakeAt: Infinity, until: Infinity }),
    (outcome) => outcome === undefined ? nextOf(member, at) : Effect.succeed(outcome)
  )

/**
 * The gets of a loop, so many at a time.
 *
 * @internal
 */
export class Gets {
  readonly #means: Means
  readonly #onFailure: (error: CallError | Lost) => void
  readonly #onTold: (entry: Entry, outcome: Outcome) => void
  /** The next one last, each with when it was due. */
  #queue: Array<{ readonly entry: Entry; readonly due: number }> = []
  #flying = 0
  #drained: Array<() => void> = []

  constructor(
    means: Means,
    onFailure: (error: CallError | Lost) => void,
    onTold: (entry: Entry, outcome: Outcome) => void
  ) {
    this.#means = means
    this.#onFailure = onFailure
    this.#onTold = onTold
  }

  /** What is not on its way is not asked for; who waits for the end of it need not. */
  clear(): void {
    this.#queue = []
    this.#end()
  }

  /** One get, by whoever runs this. */
  look(entry: Entry, seat: Seat): Effect.Effect<Outcome> {
    const { pollers, requests, timers } = this.#means
    requests.add()
    return Effect.zipRight(
      Telemetry.add(Telemetry.fleetRequests("get")),
      Effect.acquireUseRelease(
        Effect.sync(() =>
          pollers.join(seat.polled, {
            timeout: entry.timeout,
            hold: undefined,
            maxHint: seat.maxHint,
            logs: seat.logs
          })
        ),
        (member) => nextOf(member, Math.min(seat.due, timers.now())),
        (member) => member.leave()
      )
    )
  }

  #end(): void {
    for (const ended of this.#drained.splice(0)) ended()
  }

  /**
   * A get each, beside those that are still to be asked; ends when all are answered, or cleared. Who is later by more of his own schedule goes first: a short operation that was just
   * started is not behind ten thousand old ones.
   */
  all(entries: ReadonlyArray<Entry>): Effect.Effect<void> {
    return Effect.async<void>((resume) => {
      const now = this.#means.timers.now()
      const stretch = ({ first }: Entry) =>
        first === undefined ? 0 : (now - first.since) / Math.max(1, first.due - first.since)
      const order = [...this.#queue.map(({ entry }) => entry), ...entries].map((entry) => ({
        entry,
        due: entry.first?.due ?? Infinity,
        stretch: stretch(entry)
      }))
      this.#queue = order.sort((a, b) => a.stretch - b.stretch)
      this.#drained.push(() => resume(Effect.void))
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#flying < this.#means.fleet.concurrency) {
      const next = this.#queue.pop()
      if (next === undefined) break
      const { due, entry } = next
      const { first } = entry
      // It may have got its state from elsewhere meanwhile.
      if (first !== undefined && entry.abort === undefined && first.due === due && due < Infinity) {
        this.#fly(entry, first)
      }
    }
    if (this.#flying === 0 && this.#queue.length === 0) this.#end()
  }

  #fly(entry: Entry, seat: Seat): void {
    const { fork, timers } = this.#means
    const asked = timers.now()
    const fiber = fork(this.look(entry, seat), seat.logs)
    this.#flying++
    entry.abort = () => Fiber.interrupt(fiber)
    fiber.addObserver((exit) => {
      this.#flying--
      entry.abort = undefined
      const outcome: Outcome = Exit.isSuccess(exit) ? exit.value : {
        result: Either.left(new Lost("Interrupted", exit.cause)),
        asked,
        queued: 0,
        answered: timers.now(),
        held: false,
        span: undefined
      }
      if (Either.isLeft(outcome.result)) this.#onFailure(outcome.result.left)
      entry.tell(outcome)
      this.#onTold(entry, outcome)
      this.#pump()
    })
  }
}
