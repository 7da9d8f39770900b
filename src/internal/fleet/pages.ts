import * as Effect from "effect/Effect"
import type { Operation } from "../../Operation.ts"
import type { parseJson } from "../base/json.ts"
import type { Polled } from "../wait/source.ts"
import { choose, type Known, mostPages, type Situation, unknown, type Way } from "./choice.ts"
import { list, type Listing, type Times } from "./listing.ts"
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
  /** Takes what a page shows, and says whether anybody wants more. */
  readonly take: (operations: ReadonlyArray<Operation>, times: Times) => boolean
}

/** What a tick found in a listing. */
interface Found {
  readonly now: number
  /** How many were due. */
  readonly due: number
  /** How many of those it did not show. */
  readonly missing: number
  /** How many that it showed had ended. */
  readonly ended: number
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
    return choose({ due, members, overhead, pageSize: this.#pageSize, known: this.#known })
  }

  /** Reads until nobody wants more. */
  list(asked: Asked): Effect.Effect<Listing> {
    const readPage = this.#readPage
    if (readPage === undefined) return Effect.succeed({ _tag: "Ended", pages: 0, how: "enough" })
    const pageSize = this.#pageSize
    const read = list(this.#means, {
      readPage,
      polled: this.#polled,
      timeout: asked.timeout,
      most: mostPages({ ...asked, pageSize }),
      take: asked.take,
      request: {
        ...(this.#parent === undefined ? undefined : { name: this.#parent }),
        ...(pageSize === Infinity ? undefined : { pageSize }),
        ...(asked.way === "running" ? { filter: this.#running?.filter } : undefined)
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

  /** Learns from one that did not fail; says whether it was of use. */
  learn(
    { how, pages }: Extract<Listing, { readonly _tag: "Ended" }>,
    { members, way }: Asked,
    { due, ended, missing, now }: Found
  ): boolean {
    this.#failures = 0
    // What a listing of those that run does not show has ended.
    this.#known = {
      ...this.#known,
      ended: way === "running" ? missing : ended,
      [way]: how === "dear" ? pages + 1 : pages
    }
    const isUseless = how === "whole" && missing === due
    this.#useless = isUseless ? this.#useless + 1 : 0
    if (isUseless) {
      this.#notBefore = now + Math.min(pause, minute * 2 ** (this.#useless - 1))
    }
    // Most of what it shows is of others.
    if (how === "dear" && mostPages({ due, members, pageSize: this.#pageSize }) < due) {
      this.#notBefore = now + pause
    }
    return !isUseless
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
