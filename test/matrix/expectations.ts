/** What a fault is expected to lead to, for each method; and how the table says so. */
import type { Transport } from "./transports.ts"

export const methods = ["get", "list1", "listN", "cancel", "delete", "start", "poll"] as const
export type Method = typeof methods[number]

export interface Ok {
  readonly ok: true
  /** Requests that met the fault, and those after it. */
  readonly requests: number
}

export interface Failed {
  readonly ok: false
  readonly tag: string
  /** `reason` of the error, its `code` for a failed operation. */
  readonly reason: string | undefined
  /** Exactly so many requests; `undefined` for a wait that goes on until its patience ends: one at least. */
  readonly requests: number | undefined
}

export type Outcome = Ok | Failed

/** The outcome when the server fails once and is well then, and when it never recovers. */
export interface Cell {
  readonly once: Outcome
  readonly always: Outcome
}

export type Row = Readonly<Record<Method, Cell>>

export const ok = (requests: number): Ok => ({ ok: true, requests })

export const fails = (what: string, requests: number | undefined): Failed => {
  const [tag = "", reason] = what.split(" ")
  return { ok: false, tag, reason, requests }
}

const both = (outcome: Outcome): Cell => ({ once: outcome, always: outcome })

const row = (calls: Cell, more: Partial<Row> = {}): Row => ({
  get: calls,
  list1: calls,
  listN: calls,
  cancel: calls,
  delete: calls,
  start: calls,
  poll: calls,
  ...more
})

/** The reply is as good as any. */
export const harmless: Row = row(both(ok(1)))

/** Ends every call and every wait at once. */
export const fatal = (what: string, requests = 1): Row => row(both(fails(what, requests)))

const passing = (what: string): Cell => ({ once: ok(2), always: fails(what, undefined) })

/** Ends every call, but no wait: its patience with an outage ends one that lasts. */
export const tolerated = (what: string): Row => row(both(fails(what, 1)), { poll: passing(what) })

/** Repeated up to three attempts, except for a start that may have arrived. */
export const retried = (what: string): Row => {
  const call: Cell = { once: ok(2), always: fails(what, 3) }
  return row(call, { start: both(fails(what, 1)), poll: passing(what) })
}

/** Repeated for a start, too: nothing was sent. */
export const unsent = (what: string): Row => ({
  ...retried(what),
  start: { once: ok(2), always: fails(what, 3) }
})

const threeTimes = (what: string): Cell => ({ once: ok(2), always: fails(what, 4) })

/** Ends every call; a wait passes three in a row. */
export const unexpected = (what: string): Row =>
  row(both(fails(what, 1)), { poll: threeTimes(what) })

/** A body that is no reply of the method; cancel and delete need none. */
export const misshapen = (
  operation: string,
  page: string,
  empty: "ignored" | "refused" = "ignored"
): Row => ({
  ...unexpected(`MalformedResponse ${operation}`),
  list1: both(fails(`MalformedResponse ${page}`, 1)),
  listN: both(fails(`MalformedResponse ${page}`, 1)),
  ...(empty === "ignored" ? { cancel: both(ok(1)), delete: both(ok(1)) } : {})
})

/** A page that cannot be followed: only lists look at it. */
export const pages = (list1: Outcome, listN: Outcome): Row => ({
  ...harmless,
  list1: both(list1),
  listN: both(listN)
})

/** Only a wait looks into an operation. */
export const outcome = (what: string): Row => ({ ...harmless, poll: both(fails(what, 1)) })

export const withCells = (base: Row, more: Partial<Row>): Row => ({ ...base, ...more })

export const cell = (once: Outcome, always: Outcome = once): Cell => ({ once, always })

/** By transport, where they differ. */
export type Expected = Row | Readonly<Record<Transport, Row>>

export const expectedOf = (expected: Expected, transport: Transport): Row =>
  "get" in expected ? expected : expected[transport]

const words = (outcome: Outcome): string => {
  if (outcome.ok) return `ok ${outcome.requests}`
  const what = outcome.reason === undefined ? outcome.tag : outcome.reason
  return `\`${what}\` ${outcome.requests ?? "≥1"}`
}

const cellText = ({ always, once }: Cell): string => {
  const [first, second] = [words(once), words(always)]
  return first === second ? first : `${first} → ${second}`
}

/** The text of a table's cell. */
export const textOf = (expected: Expected, method: Method): string => {
  if ("get" in expected) return cellText(expected[method])
  const byText = new Map<string, Array<string>>()
  for (const [transport, row] of Object.entries(expected)) {
    const text = cellText(row[method])
    byText.set(text, [...byText.get(text) ?? [], transport])
  }
  return byText.size === 1
    ? Array.from(byText.keys()).join()
    : Array.from(byText, ([text, names]) => `${names.join(", ")}: ${text}`).join("; ")
}
