import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import type { Operation } from "../../Operation.ts"
import { grain } from "../base/grain.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Timer } from "../base/timers.ts"
import { makeRef } from "../call/reference.ts"
import { about } from "../errors/about.ts"
import { named } from "../wait/named.ts"
import { Lost, type Outcome, type Polled } from "../wait/source.ts"
import { Gets } from "./gets.ts"
import { Kept } from "./kept.ts"
import { Lacking } from "./lacking.ts"
import type { Times } from "./listing.ts"
import type { Means } from "./means.ts"
import { Pages } from "./pages.ts"
import { keyOf } from "./parent.ts"
import { Reading } from "./reading.ts"
import { type Failed, isOut, pauseOf } from "./refusal.ts"
import { Entry, type Seat } from "./seat.ts"
import { Shown } from "./shown.ts"
import { Ticks } from "./ticks.ts"

/** What a tick learns. */
interface Tick {
  readonly now: number
  readonly span: Outcome["span"]
}

/**
 * All operations of one parent that somebody waits for. Each tick asks for those that are due, by the cheaper of a listing and a get each.
 * Pages are paid by the gets that they save: see {@link Pages}.
 *
 * Without waits it has no timer; what it learned of its parent it keeps.
 *
 * @internal
 */
export class Loop {
  readonly #means: Means
  readonly #polled: Polled
  readonly #parent: string | undefined
  readonly #rest: (loop: Loop) => void
  readonly #entries = new Map<string, Entry<Loop>>()
  readonly #lacking = new Lacking()
  #members = 0
  readonly #ticks: Ticks
  #timer: Timer | undefined
  #fiber: Fiber.RuntimeFiber<void> | undefined
  readonly #shown: Shown
  readonly #pages: Pages
  #isListing = false
  /** The listings so far: the number of the one that goes on. */
  #listings = 0
  /** Since when a page is waited for. */
  #pageAt = -Infinity
  readonly #gets: Gets
  readonly #kept: Kept

  constructor(
    means: Means,
    polled: Polled,
    /** `null`: no list shows its operations. */
    parent: string | undefined | null,
    rest: (loop: Loop) => void
  ) {
    this.#means = means
    this.#polled = polled
    this.#parent = parent ?? undefined
    this.#rest = rest
    this.#ticks = new Ticks(means.fleet.tick)
    this.#shown = new Shown((name) => this.#entries.get(keyOf(name)))
    this.#pages = new Pages(means, polled, parent, this.#shown.json)
    this.#gets = new Gets(
      means,
      (error) => this.#hold(error),
      (entry, outcome) => this.#kept.got(entry, outcome)
    )
    this.#kept = new Kept((saved) => this.#pages.earn(saved))
  }

  /** Who is due that much later is told of what is asked for others. */
  get #half(): number {
    return this.#means.fleet.tick / 2 + grain
  }

  enter(key: string, seat: Seat): Entry<Loop> {
    this.#members++
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      entry = new Entry<Loop>(this, key)
      this.#entries.set(key, entry)
    }
    entry.add(seat)
    return entry
  }

  /** Stops what is on its way for nobody. */
  leave(entry: Entry, seat: Seat): Effect.Effect<unknown> {
    if (!entry.remove(seat)) return Effect.void
    this.#members--
    const aborted = entry.isEmpty ? entry.abort?.() : undefined
    if (entry.isEmpty) {
      this.#entries.delete(entry.key)
      this.#lacking.delete(entry)
      this.#kept.delete(entry)
    }
    return this.#members > 0
      ? aborted ?? Effect.void
      : Effect.zipRight(aborted ?? Effect.void, this.#stop())
  }

  /** Ends who waits. */
  end(): Effect.Effect<unknown> {
    const entries = [...this.#entries.values()]
    const aborted = entries.flatMap(({ abort }) => abort?.() ?? [])
    for (const { seats } of entries) for (const seat of seats) seat.end()
    return Effect.zipRight(Effect.all(aborted, { discard: true }), this.#stop())
  }

  #stop(): Effect.Effect<unknown> {
    this.#rest(this)
    this.#disarm()
    this.#ticks.rest()
    this.#isListing = false
    this.#gets.clear()
    const fiber = this.#fiber
    this.#fiber = undefined
    return fiber === undefined ? Effect.void : Fiber.interrupt(fiber)
  }

  /** A seat wants a state. */
  want(entry: Entry): void {
    const now = this.#means.timers.now()
    this.#ticks.begin(entry.first?.due ?? Infinity, now)
    const at = entry.least(this.#tickOf, now)
    if (this.#timer === undefined || at < this.#timer.at) this.#arm(at)
  }

  #arm(at: number): void {
    this.#disarm()
    if (at < Infinity) this.#timer = this.#means.timers.add(at, () => this.#due())
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#means.timers.remove(this.#timer)
    this.#timer = undefined
  }

  /** When a seat is asked for. */
  readonly #tickOf = (seat: Seat, entry: Entry, now: number): number => {
    if (entry.abort !== undefined) return Infinity
    const due = this.#lacking.dueOf(entry, seat)
    if (!this.#isListing) return this.#ticks.at(seat, due, now)
    const urgent = due + (seat.until - due) / 2
    const at = this.#isListed(entry)
      ? Infinity
      : Math.max(this.#ticks.at(seat, due, now), this.#pageAt + this.#means.fleet.tick)
    return urgent > this.#ticks.lastAt ? Math.min(at, urgent) : at
  }

  /** From when on it may be. Beside a page that does not come, those are who fell due meanwhile, and all to whom it comes too late. */
  readonly #fromOf = (seat: Seat, entry: Entry): number => {
    const due = this.#lacking.dueOf(entry, seat)
    if (!this.#isListing) return this.#ticks.from(seat, due)
    const urgent = due + (seat.until - due) / 2
    const from = Math.max(this.#ticks.from(seat, due), this.#pageAt + this.#means.fleet.tick)
    return this.#isListed(entry) ? urgent : Math.min(urgent, from)
  }

  /** Waits for a page of the listing that goes on, or was shown by one. */
  #isListed({ mark }: Entry): boolean {
    return Math.abs(mark) === this.#listings
  }

  /** Arms the timer anew, for who is asked for first. */
  #settle(): void {
    const now = this.#means.timers.now()
    let at = Infinity
    for (const entry of this.#entries.values()) at = Math.min(at, entry.least(this.#tickOf, now))
    this.#arm(at)
  }

  #due(): void {
    const now = this.#means.timers.now()
    this.#timer = undefined
    this.#ticks.ticked(now)
    const due: Array<Entry> = []
    let logs: Seat["logs"] | undefined
    let late = 0
    /** When the others are asked for. */
    let at = Infinity
    for (const entry of this.#entries.values()) {
      const first = entry.first
      if (first === undefined || entry.abort !== undefined) continue
      if (entry.least(this.#fromOf, now) > now + grain) {
        at = Math.min(at, entry.least(this.#tickOf, now))
        continue
      }
      due.push(entry)
      logs ??= first.logs
      late = Math.max(late, now - first.due)
    }
    if (this.#isListing) {
      if (logs !== undefined) this.#means.fork(this.#tick(due, late, "gets"), logs)
      return this.#settle()
    }
    // Those of the tick before that are still to be asked are among them.
    this.#gets.clear()
    if (logs === undefined) return this.#arm(at)
    this.#isListing = true
    this.#pageAt = now
    const number = ++this.#listings
    for (const entry of due) {
      entry.mark = -number
      at = Math.min(at, entry.least(this.#tickOf, now))
    }
    const fiber = this.#means.fork(this.#tick(due, late), logs)
    this.#fiber = fiber
    this.#arm(at)
    fiber.addObserver(() => {
      if (this.#fiber !== fiber) return
      this.#fiber = undefined
      this.#isListing = false
      if (this.#members > 0) this.#settle()
    })
  }

  /** `gets`: beside a listing. */
  #tick(due: ReadonlyArray<Entry>, late: number, beside?: "gets"): Effect.Effect<void> {
    return Telemetry.within(
      Effect.gen(this, function*() {
        const span = yield* Telemetry.current
        const tick: Tick = { now: this.#means.timers.now(), span }
        yield* Telemetry.record(Telemetry.fleetLatenessSeconds, late / 1000)
        const way = beside ?? this.#pages.choose({
          due: due.reduce((count, entry) => this.#lacking.has(entry) ? count : count + 1, 0),
          members: this.#entries.size,
          now: tick.now
        })
        span?.attribute("effect_lro.fleet.way", way)
        const rest = way === "gets" ? due : yield* this.#list(way, due, tick)
        if (beside === undefined) {
          this.#isListing = false
          this.#settle()
        }
        yield* this.#gets.all(rest)
      }),
      "Fleet.tick",
      {
        root: true,
        attributes: {
          "gcp.resource.destination.id": this.#parent ?? this.#polled.name,
          "effect_lro.fleet.due": due.length
        }
      }
    )
  }

  /** Gives those that are to be got all the same. */
  #list(
    way: "all" | "running",
    due: ReadonlyArray<Entry>,
    tick: Tick
  ): Effect.Effect<ReadonlyArray<Entry>> {
    return Effect.gen(this, function*() {
      const number = this.#listings
      const reading = new Reading(due, {
        number,
        entryOf: (name) => this.#entries.get(keyOf(name)),
        lacking: this.#lacking,
        // What was not shown before is not waited for.
        isSought: (entry) => way === "running" || !this.#lacking.has(entry),
        tell: (entry, operation, times) => this.#tell(entry, operation, times, tick.span)
      })
      const take = (operations: ReadonlyArray<Operation>, times: Times) => {
        this.#pageAt = times.answered
        return reading.take(this.#shown.take(), operations, times, times.answered + this.#half)
      }
      const asked = {
        way,
        now: tick.now,
        due: due.length,
        members: this.#entries.size,
        timeout: due.reduce((timeout, entry) => Math.max(timeout, entry.timeout), 0),
        take
      }
      const listing = yield* this.#pages.list(asked)
      const now = this.#means.timers.now()
      const there = due.filter((entry) => !entry.isEmpty)
      const left = due.filter((entry) => entry.isEmpty && entry.mark === -number)
      const missing = there.filter((entry) =>
        entry.mark !== number && entry.isDue(now + this.#half)
      )
      if (listing._tag === "Failed") {
        return [...reading.unclear, ...(yield* this.#failed(listing, way, missing, tick))]
      }
      const { how } = listing
      const { ended, shown } = reading
      const found = { now, missing: missing.length, shown, ended, left: left.length }
      const { isOfUse, kept } = this.#pages.learn(listing, asked, found)
      // Those that a whole listing lacked are not waited for: they would never be asked for beside others.
      const lacked = missing.filter((entry) => this.#lacking.has(entry))
      const got = how === "whole" && !isOfUse
        ? missing
        : this.#lacking.take(how === "whole" ? missing : lacked, way, now)
      const others = how === "dear" ? missing.filter((entry) => !this.#lacking.has(entry)) : []
      return [...reading.unclear, ...this.#kept.keep([...got, ...others], kept)]
    })
  }

  /** Gives those that are to be got in its place. */
  #failed(
    failed: Failed,
    way: "all" | "running",
    missing: ReadonlyArray<Entry>,
    tick: Tick
  ): Effect.Effect<ReadonlyArray<Entry>> {
    return Effect.gen(this, function*() {
      const { error } = failed
      yield* Effect.logWarning(
        `a listing of ${this.#parent ?? this.#means.settings.id} failed: ${
          typeof error === "string"
            ? `page token ${error}`
            : error instanceof Lost
            ? error.reason
            : error.message
        }`
      )
      const instead = this.#pages.fail(failed, way)
      if (instead === "nobody") return []
      if (instead === "missing") return missing
      if (instead === "throttled") {
        if (typeof error !== "string") {
          yield* this.#tellAll(missing, this.#outcome(Either.left(error), tick.now, tick.span))
        }
        return []
      }
      const [probe, ...others] = missing
      if (instead === "failed" || probe?.first === undefined) {
        this.#pages.giveUp(tick.now)
        return missing
      }
      // Where gets fail, too, the service is out, and all who wait have to know.
      const outcome = yield* this.#gets.look(probe, probe.first)
      probe.tell(outcome)
      if (Either.isLeft(outcome.result) && isOut(outcome.result.left)) {
        yield* this.#tellAll(others, outcome)
        return []
      }
      this.#pages.giveUp(tick.now)
      return others
    })
  }

  #outcome(result: Outcome["result"], asked: number, span: Outcome["span"]): Outcome {
    return { result, asked, queued: 0, answered: this.#means.timers.now(), held: false, span }
  }

  #tell(entry: Entry, operation: Operation, times: Times, span: Outcome["span"]): void {
    const own = named(operation, entry.name ?? operation.name)
    const { answered, asked, queued } = times
    // What was asked for others uses up nobody's schedule.
    const by = own.done ? Infinity : answered + this.#half
    // No spread: a tick tells ten thousand.
    entry.tell({ result: Either.right(own), asked, queued, answered, held: false, span }, by)
  }

  /** The same failure for each: as it would have been had it been asked for itself. */
  #tellAll(entries: ReadonlyArray<Entry>, outcome: Outcome): Effect.Effect<void> {
    const { result } = outcome
    if (Either.isRight(result)) return Effect.void
    const error = result.left
    this.#hold(error)
    if (error instanceof Lost) {
      return Effect.sync(() => {
        for (const entry of entries) entry.tell(outcome)
      })
    }
    return Effect.forEach(
      entries,
      (entry) =>
        Effect.map(
          makeRef(this.#means.settings, entry.seats[0]?.polled ?? this.#polled),
          (operation) =>
            entry.tell({ ...outcome, result: Either.left(about(error, { operation })) })
        ),
      { discard: true }
    )
  }

  /** Nobody is asked for as long as the server wants. */
  #hold(error: Parameters<typeof pauseOf>[0]): void {
    const hint = pauseOf(error)
    if (hint === 0) return
    this.#ticks.pause(this.#means.timers.now(), hint)
    this.#gets.clear()
    this.#settle()
  }
}
