import * as Effect from "effect/Effect"
import type { parseJson } from "../base/json.ts"
import type { Polled } from "../wait/source.ts"
import { Account } from "./account.ts"
import {
  betOf,
  choose,
  isCrowded,
  type Known,
  mostPages,
  type Situation,
  unknown,
  type Way
} from "./choice.ts"
import { list, type Listing, type Take } from "./listing.ts"
import type { Means, ReadPage } from "./means.ts"
import { type Failed, isInvalid, meaningOf } from "./refusal.ts"

const minute = 60_000

/** A listing is asked for again this long after it turned out to be of no use. */
const pause = 10 * minute

/** Smaller pages are not worth it. */
const leastPage = 10

/** What every service should take. */
const modestPage = 100

/** What a tick wants of a listing. */
interface Asked {
  readonly way: Exclude<Way, "gets">
  readonly due: number
  readonly members: number
  readonly timeout: number
  readonly now: number
  readonly take: Take
}

/** What a tick found in a listing. */
interface Found {
  /** When it was over. */
  readonly now: number
  /** How many of those that are due it showed, and how many it did not. */
  readonly shown: number
  readonly missing: number
  /** How many that it showed had ended. */
  readonly ended: number
  /** How many had left meanwhile: gets would have asked for them. */
  readonly left: number
}

/**
 * Who is asked for by get in the place of a listing that failed: nobody, those that it did not show, or those only if it is not the first one.
 * `out`: the service may be out of reach, which one get tells. `throttled`: the server wants no requests at all.
 */
type Instead = "nobody" | "missing" | "failed" | "out" | "throttled"

/**
 * What one parent's listings are like: what they cost, whether they are of use, and whether there are any.
 *
 * @internal
 */
export class Pages {
  readonly #means: Means
  readonly #polled: Polled
  readonly #parent: string | undefined
  /** Gone after a refusal. */
  #readPage: ReadPage | undefined
  #running: Means["running"]
  #known: Known = unknown
  #pageSize: number
  /** Listings that failed, one after the other. */
  #failures = 0
  /** Listings that showed none that was due, one after the other. */
  #useless = 0
  #notBefore = -Infinity
  readonly #account = new Account()
  /** It was given up once, and those who were kept waiting for it may pay for a longer one. */
  #isDear = false

  constructor(
    means: Means,
    polled: Polled,
    /** `null`: no list shows its operations. */
    parent: string | undefined | null,
    json: typeof parseJson
  ) {
    this.#means = means
    this.#polled = polled
    this.#parent = parent ?? undefined
    this.#readPage = parent === null ? undefined : means.pagesAt?.(polled, json)
    this.#running = means.running
    this.#pageSize = means.pageSize
  }

  /** How those that are due are asked for. */
  choose(
    { due, members, now }: Pick<Situation, "due" | "members"> & { readonly now: number }
  ): Way {
    if (this.#readPage === undefined || now < this.#notBefore) return "gets"
    const overhead = this.#running === undefined ? undefined : this.#running.overhead ?? 0
    const pageSize = this.#pageSize
    const funds = {
      all: this.#account.funds("all", betOf({ due, members, pageSize }), now),
      running: this.#account.funds("running", 1, now)
    }
    return choose({ due, members, overhead, pageSize, known: this.#known, funds })
  }

  /** Reads until nobody wants more. */
  list(asked: Asked): Effect.Effect<Listing> {
    const readPage = this.#readPage
    if (readPage === undefined) return Effect.succeed({ _tag: "Ended", pages: 0, how: "enough" })
    const pageSize = this.#pageSize
    const { due, members, now, way } = asked
    this.#account.open(way, way === "all" ? betOf({ due, members, pageSize }) : 1, now)
    const read = list(this.#means, {
      readPage,
      polled: this.#polled,
      timeout: asked.timeout,
      take: asked.take,
      most: mostPages({ due, members, pageSize }),
      pay: (saved) => {
        this.#account.pay(saved)
        return !this.#account.isEmpty
      },
      request: {
        ...(this.#parent === undefined ? undefined : { name: this.#parent }),
        ...(pageSize === Infinity ? undefined : { pageSize }),
        ...(way === "running" ? { filter: this.#running?.filter } : undefined)
      }
    })
    return Effect.flatMap(read, (listing) => {
      const isTooMany = listing._tag === "Failed" && listing.pages === 0 &&
        isInvalid(listing.error) && pageSize > modestPage && pageSize < Infinity
      if (!isTooMany) return Effect.succeed(listing)
      this.#pageSize = modestPage
      return this.list(asked)
    })
  }

  /** One who was kept waiting for a listing runs on. */
  earn(saved: number): void {
    this.#account.earn(saved)
  }

  /**
   * Learns from one that did not fail: whether it was of use, and how many may be kept waiting until the next tick. Pages that nothing had
   * paid are paid by them, if they run on.
   */
  learn(
    { how, pages }: Extract<Listing, { readonly _tag: "Ended" }>,
    { due, members, now: begun, way }: Asked,
    { ended, left, missing, now, shown }: Found
  ): { readonly isOfUse: boolean; readonly kept: number } {
    this.#failures = 0
    this.#account.earn(left)
    // What a listing of those that run does not show has ended.
    this.#known = {
      ...this.#known,
      ended: way === "running" ? missing : ended,
      [way]: how === "dear" ? pages + 1 : pages
    }
    const isUseless = how === "whole" && missing > 0 && shown === 0
    this.#useless = isUseless ? this.#useless + 1 : 0
    if (isUseless) {
      this.#notBefore = begun + Math.min(pause, minute * 2 ** (this.#useless - 1))
    }
    const isSpent = this.#account.isEmpty
    const lost = isSpent ? Math.max(0, pages - shown) : 0
    const isFirst = how === "dear" && isSpent && pages === 1 && !this.#isDear
    if (how === "dear" && isSpent && !isFirst) this.#notBefore = begun + pause
    this.#isDear = how === "dear"
    // Most of what it shows is of others, and takes its time.
    if (
      isCrowded(pages, { members, pageSize: this.#pageSize }) &&
      now - begun > this.#means.fleet.tick
    ) this.#notBefore = now + pause
    return { isOfUse: !isUseless, kept: lost + (isFirst ? Math.ceil(due / 4) : 0) }
  }

  /** Learns from one that failed. */
  fail(failed: Failed, way: Asked["way"]): Instead {
    const meaning = meaningOf(failed)
    if (meaning !== "refused" && meaning !== "shrink") return meaning
    if (meaning === "shrink" && this.#pageSize > leastPage) {
      const size = Math.min(this.#pageSize, this.#means.fleet.pageSize)
      this.#pageSize = Math.max(leastPage, Math.floor(size / 8))
      this.#known = unknown
      return "nobody"
    }
    if (way === "running") {
      // Perhaps it is the filter that is refused.
      this.#running = undefined
      return "nobody"
    }
    this.#readPage = undefined
    return "missing"
  }

  /** It failed, and gets would not have: from the third time on they take its place for a while. */
  giveUp(now: number): void {
    this.#failures++
    if (this.#failures < 3) return
    this.#notBefore = now + Math.min(60, 2 ** (this.#failures - 3)) * minute
  }
}
