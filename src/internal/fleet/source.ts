import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { canonical } from "../base/json.ts"
import type { Timers } from "../base/timers.ts"
import type { Route } from "../call/route.ts"
import { hintOf } from "../errors/hint.ts"
import { Member } from "../wait/member.ts"
import { Lost, type Manner, type Membership, type Polled, type PollSource } from "../wait/source.ts"
import { Loop } from "./loop.ts"
import type { Means } from "./means.ts"
import { type Listed, listedIn } from "./parent.ts"
import type { Requests } from "./progress.ts"
import { type Entry, lastPollOf, type Seat } from "./seat.ts"

/** How many parents without waits are remembered. */
const mostResting = 64

/**
 * One loop a parent, for as long as somebody waits for one of its operations. A wait for an operation that no list shows is polled as it
 * would be without a fleet.
 *
 * @internal
 */
export class FleetSource implements PollSource {
  readonly #means: Means
  readonly #route: Route | undefined
  readonly #others: PollSource
  readonly #loops = new Map<string | symbol, Loop>()
  /** Nobody waits in these: they know what their lists are like. The one that rests for longest first. */
  readonly #resting = new Map<string | symbol, Loop>()
  #ended = false

  constructor(means: Means, route: Route | undefined, others: PollSource) {
    this.#means = means
    this.#route = route
    this.#others = others
  }

  get timers(): Timers {
    return this.#means.timers
  }

  get ended(): boolean {
    return this.#ended
  }

  get requests(): Requests {
    return this.#means.requests
  }

  now(): number {
    return this.timers.now()
  }

  /** Runs something in the runtime of the layer. */
  fork(effect: Effect.Effect<unknown>, logs: Seat["logs"]): void {
    this.#means.fork(effect, logs)
  }

  join(polled: Polled, manner: Manner): Membership {
    return this.#listed(polled) === undefined
      ? this.#others.join(polled, manner)
      : new Guest(this, polled, manner).member
  }

  /** Whether a list shows it. */
  lists(name: string): boolean {
    return this.#listed({ name }) !== undefined
  }

  #listed({ name }: Pick<Polled, "name">): Listed | undefined {
    return listedIn(this.#route, name, this.#means.settings.binding.operationFormat)
  }

  /** A seat in the loop of its parent, or in the one of those that no list shows. */
  enter(seat: Seat): Entry<Loop> {
    const { polled } = seat
    const listed = this.#listed(polled)
    const parent = listed === undefined ? null : listed.parent
    const key = canonical([polled.url, parent ?? null, listed === undefined, polled.sent])
    const loop = this.#loops.get(key) ?? this.#resting.get(key) ??
      new Loop(this.#means, polled, parent, (loop) => this.#rest(key, loop))
    this.#resting.delete(key)
    this.#loops.set(key, loop)
    return loop.enter(listed?.key ?? polled.name, seat)
  }

  #rest(key: string | symbol, loop: Loop): void {
    if (this.#loops.get(key) !== loop) return
    this.#loops.delete(key)
    this.#resting.set(key, loop)
    for (const first of this.#resting.keys()) {
      if (this.#resting.size <= mostResting) break
      this.#resting.delete(first)
    }
  }

  /** Ends who waits, also who asks later. */
  end(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#ended = true
      const loops = [...this.#loops.values()]
      this.#loops.clear()
      return Effect.forEach(loops, (loop) => loop.end(), { discard: true })
    })
  }
}

/** The wait of a fiber, in a loop. */
class Guest implements Seat {
  readonly polled: Polled
  readonly member: Member
  since = 0
  /** Before the first poll: where that is not at once, the first delay of a start comes first. */
  isExact = true
  readonly #begun: number
  readonly #source: FleetSource
  readonly #entry: Entry<Loop>

  constructor(source: FleetSource, polled: Polled, manner: Manner) {
    this.#source = source
    this.polled = polled
    this.#begun = source.now()
    this.member = new Member(this, manner)
    this.#entry = source.enter(this)
  }

  get name(): string {
    return this.polled.name
  }

  get timers(): Timers {
    return this.#source.timers
  }

  get ended(): boolean {
    return this.#source.ended
  }

  get timeout(): number {
    return this.member.manner.timeout
  }

  get logs(): Seat["logs"] {
    return this.member.manner.logs
  }

  get isPlain(): boolean {
    return false
  }

  get due(): number {
    return this.member.wish?.at ?? Infinity
  }

  get until(): number {
    return this.member.wish?.until ?? Infinity
  }

  get lastPoll(): number {
    return lastPollOf(this.#begun, this.until)
  }

  get maxHint(): number {
    return this.member.manner.maxHint ?? Infinity
  }

  want(): void {
    this.since = this.timers.now()
    this.#entry.loop.want(this.#entry)
  }

  leave(): Effect.Effect<void> {
    return Effect.asVoid(this.#entry.loop.leave(this.#entry, this))
  }

  tell(outcome: Parameters<Seat["tell"]>[0]): void {
    const { result } = outcome
    this.isExact = Either.isLeft(result) && !(result.left instanceof Lost) &&
      hintOf(result.left) > 0
    this.member.tell(outcome)
  }

  /** It is not plain. */
  runs(): void {}

  end(): void {
    this.member.end()
  }
}
