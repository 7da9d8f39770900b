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
import type { Times } from "./listing.ts"
import type { Means } from "./means.ts"
import { Pages } from "./pages.ts"
import { keyOf } from "./parent.ts"
import { type Failed, isOut, pauseOf } from "./refusal.ts"
import { Entry, type Seat } from "./seat.ts"
import { Shown } from "./shown.ts"

const minute = 60_000

/** What a tick learns. */
interface Tick {
  readonly now: number
  readonly span: Outcome["span"]
}

/**
 * All operations of one parent that somebody waits for. Each tick asks for those that are due, by the cheaper of a listing and a get each.
 * It asks no more than one request for each that is due: pages that turned out useless take the place of gets, and whoever lost one comes
 * first in the next tick.
 *
 * Without waits it has no timer, and is forgotten.
 *
 * @internal
 */
export class Loop {
  readonly #means: Means
  readonly #polled: Polled
  readonly #parent: string | undefined
  readonly #forget: (loop: Loop) => void
  readonly #entries = new Map<string, Entry<Loop>>()
  /** What the last whole listing lacked, and when it was got last. */
  readonly #lacking = new Map<Entry, number>()
  #members = 0
  readonly #begun: number
  /** Ticks are at `begun` plus a whole number of ticks: the last one. */
  #last = -1
  #lastAt = -Infinity
  #timer: Timer | undefined
  #fiber: Fiber.RuntimeFiber<void> | undefined
  readonly #shown: Shown
  readonly #pages: Pages
  #isListing = false
  #listings = 0
  #pausedUntil = -Infinity
  readonly #gets: Gets

  constructor(
    means: Means,
    polled: Polled,
    /** `null`: no list shows its operations. */
    parent: string | undefined | null,
    forget: (loop: Loop) => void
  ) {
    this.#means = means
    this.#polled = polled
    this.#parent = parent ?? undefined
    this.#forget = forget
    this.#begun = means.timers.now()
    this.#shown = new Shown((name) => this.#entries.get(keyOf(name)))
    this.#pages = new Pages(means, polled, parent, this.#shown.json)
    this.#gets = new Gets(means, (error) => this.#hold(error))
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
    this.#forget(this)
    this.#disarm()
    this.#gets.clear()
    const fiber = this.#fiber
    this.#fiber = undefined
    return fiber === undefined ? Effect.void : Fiber.interrupt(fiber)
  }

  /** A seat wants a state. */
  want(entry: Entry): void {
    // At the end of a listing all are looked at.
    if (this.#isListing) return
    const at = this.#tickOf(entry)
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

  /**
   * The tick that is nearest to when it is due: half a tick early at most, half a tick late. Where that comes too late for it, as for the
   * last poll before a deadline, a tick of its own.
   */
  #tickOf(entry: Entry): number {
    const { fleet: { tick }, timers } = this.#means
    const due = this.#dueOf(entry)
    const until = entry.first?.until ?? Infinity
    if (due === Infinity) return due
    const from = Math.max(due - tick / 2, timers.now(), this.#pausedUntil)
    const index = Math.max(this.#last + 1, Math.ceil((from - this.#begun - grain) / tick))
    const at = this.#begun + index * tick
    const exact = Math.max(due, timers.now(), this.#pausedUntil)
    return at - due > (until - due) / 2 && exact > this.#lastAt ? exact : at
  }

  /** Arms the timer anew, for who is due first. */
  #settle(): void {
    if (this.#isListing) return
    let first: Entry | undefined
    let due = Infinity
    let at = Infinity
    for (const entry of this.#entries.values()) {
      if (entry.abort !== undefined) continue
      if ((entry.first?.until ?? Infinity) < Infinity) at = Math.min(at, this.#tickOf(entry))
      else if (this.#dueOf(entry) < due) {
        first = entry
        due = this.#dueOf(entry)
      }
    }
    this.#arm(first === undefined ? at : Math.min(at, this.#tickOf(first)))
  }

  #due(): void {
    const { fleet: { tick }, timers } = this.#means
    this.#timer = undefined
    const now = timers.now()
    this.#last = Math.max(this.#last, Math.floor((now - this.#begun + grain) / tick))
    this.#lastAt = now
    const due: Array<Entry> = []
    let logs: Seat["logs"] | undefined
    let late = 0
    for (const entry of this.#entries.values()) {
      const first = entry.first
      if (first === undefined || entry.abort !== undefined) continue
      if (this.#dueOf(entry) - tick / 2 > now + grain) continue
      due.push(entry)
      logs ??= first.logs
      late = Math.max(late, now - first.due)
    }
    // Those of the tick before that are still to be asked are among them.
    this.#gets.clear()
    if (logs === undefined) return this.#settle()
    this.#isListing = true
    const fiber = this.#means.fork(this.#tick(due, late), logs)
    this.#fiber = fiber
    fiber.addObserver(() => {
      if (this.#fiber !== fiber) return
      this.#fiber = undefined
      this.#isListing = false
      if (this.#members > 0) this.#settle()
    })
  }

  #tick(due: ReadonlyArray<Entry>, late: number): Effect.Effect<void> {
    return Telemetry.within(
      Effect.gen(this, function*() {
        const span = yield* Telemetry.current
        const tick: Tick = { now: this.#means.timers.now(), span }
        yield* Telemetry.record(Telemetry.fleetLatenessSeconds, late / 1000)
        const way = this.#pages.choose({
          due: due.reduce((count, entry) => this.#lacking.has(entry) ? count : count + 1, 0),
          members: this.#entries.size,
          now: tick.now
        })
        span?.attribute("effect_lro.fleet.way", way)
        const rest = way === "gets" ? due : yield* this.#list(way, due, tick)
        this.#isListing = false
        this.#settle()
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
      const number = ++this.#listings
      /** How many wait for a page: not for what no listing showed before. */
      let wanted = 0
      for (const entry of due) {
        if (way === "all" && this.#lacking.has(entry)) continue
        entry.mark = -number
        wanted++
      }
      const unclear: Array<Entry> = []
      let ended = 0
      const isThere = (entry: Entry): void => {
        if (entry.mark === -number) wanted--
        entry.mark = number
        if (this.#lacking.size > 0) this.#lacking.delete(entry)
      }
      const take = (operations: ReadonlyArray<Operation>, times: Times): boolean => {
        for (const entry of this.#shown.take()) {
          isThere(entry)
          entry.runs(times)
        }
        for (const operation of operations) {
          const entry = this.#entries.get(keyOf(operation.name))
          if (entry === undefined) continue
          isThere(entry)
          if (operation.done) ended++
          // Some lists leave out what others need: how it ended.
          if (operation.done && operation.error === undefined && operation.response === undefined) {
            unclear.push(entry)
          } else this.#tell(entry, operation, times, tick.span)
        }
        return wanted > 0
      }
      const asked = {
        way,
        due: due.length,
        members: this.#entries.size,
        timeout: due.reduce((timeout, entry) => Math.max(timeout, entry.timeout), 0),
        take
      }
      const listing = yield* this.#pages.list(asked)
      const missing = due.filter(({ mark }) => mark !== number)
      if (listing._tag === "Failed") {
        return [...unclear, ...(yield* this.#failed(listing, way, missing, tick))]
      }
      const { how, pages } = listing
      const found = { now: tick.now, due: due.length, missing: missing.length, ended }
      const isOfUse = this.#pages.learn(listing, asked, found)
      const got = how !== "whole" ? [] : isOfUse ? this.#lacked(missing, way) : due
      return [...unclear, ...got].slice(0, Math.max(0, due.length - pages))
    })
  }

  /** What a whole listing lacks may be gone: a get says so, at most one a minute. */
  #lacked(missing: ReadonlyArray<Entry>, way: "all" | "running"): ReadonlyArray<Entry> {
    const now = this.#means.timers.now()
    return missing.filter((entry) => {
      const gotAt = this.#lacking.get(entry) ?? -Infinity
      // What does not run any more has ended: a get says how.
      if (way === "all" || gotAt > -Infinity) this.#lacking.set(entry, gotAt)
      if (now + grain < gotAt + minute) return false
      this.#lacking.set(entry, now)
      return true
    })
  }

  /** What the last whole listing lacked is got at most once a minute, unless that comes too late for who waits. */
  #dueOf(entry: Entry): number {
    const { first } = entry
    if (first === undefined) return Infinity
    const gotAt = this.#lacking.size === 0 ? undefined : this.#lacking.get(entry)
    const due = gotAt === undefined ? first.due : Math.max(first.due, gotAt + minute)
    return due < first.until ? due : first.due
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
        return this.#pages.giveUp(tick.now) ? missing : []
      }
      // Where gets fail, too, the service is out, and all who wait have to know.
      const outcome = yield* this.#gets.look(probe, probe.first)
      probe.tell(outcome)
      if (Either.isLeft(outcome.result) && isOut(outcome.result.left)) {
        yield* this.#tellAll(others, outcome)
        return []
      }
      return this.#pages.giveUp(tick.now) ? others : []
    })
  }

  #outcome(result: Outcome["result"], asked: number, span: Outcome["span"]): Outcome {
    return { result, asked, queued: 0, answered: this.#means.timers.now(), held: false, span }
  }

  #tell(entry: Entry, operation: Operation, times: Times, span: Outcome["span"]): void {
    const own = named(operation, entry.name ?? operation.name)
    const { answered, asked, queued } = times
    // No spread: a tick tells ten thousand.
    entry.tell({ result: Either.right(own), asked, queued, answered, held: false, span })
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
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#means.timers.now() + hint)
    this.#gets.clear()
  }
}
