/**
 * How the operations of a parent that are due are asked for, as a function of plain data: by get, one by one, or by a listing that shows
 * them all. Costs are requests.
 */

/**
 * What listings were like.
 *
 * @internal
 */
export interface Known {
  /** The pages of the last one of all operations; of one that was given up, more than it read. */
  readonly all: number | undefined
  /** The same of those that run, where the service says how to ask for them. */
  readonly running: number | undefined
  /** How many had ended at the last listing: what a listing of those that run does not show, and each takes a get. */
  readonly ended: number
}

/** @internal */
export const unknown: Known = { all: undefined, running: undefined, ended: 0 }

/** @internal */
export interface Situation {
  /** How many are due, without those that the last whole listing lacked. */
  readonly due: number
  /** How many there are. */
  readonly members: number
  /** `Infinity`: a listing is one page. */
  readonly pageSize: number
  /** What a service that knows a filter for what runs charges for each operation that it leaves out. */
  readonly overhead: number | undefined
  readonly known: Known
  /** How many pages of each may be asked for. */
  readonly funds: { readonly all: number; readonly running: number }
}

/**
 * A way to ask.
 *
 * @internal
 */
export type Way = "gets" | "all" | "running"

/**
 * The cheaper way, of those that can be paid. A listing has to cost less than a get each, since it may lack one.
 *
 * @internal
 */
export const choose = (
  { due, funds, known, members, overhead, pageSize }: Situation
): Way => {
  const least = Math.max(1, Math.ceil(members / pageSize))
  const pages = known.all ?? least
  const all = funds.all < (known.all ?? 1) ? Infinity : pages
  const running = overhead === undefined || funds.running < (known.running ?? 1)
    ? Infinity
    : (known.running ?? least) + known.ended + Math.max(0, pages * pageSize - members) * overhead
  if (Math.min(all, running) >= due) return "gets"
  // What a listing that was given up has left is not known.
  return running < all || (running === all && known.all !== undefined) ? "running" : "all"
}

/** How many operations of others a first listing is read through. */
const crowd = 64_000

/**
 * How many pages a parent is trusted with before its listings have saved anything. Where more are due than a whole listing has pages, also
 * beside a crowd of old ones, it is read to its end: it costs less than their gets. Else one page has to find out.
 *
 * @internal
 */
export const betOf = (
  { due, members, pageSize }: Pick<Situation, "due" | "members" | "pageSize">
): number => {
  const whole = Math.max(1, Math.ceil((crowd + members) / pageSize))
  return due >= whole ? whole : 1
}

/**
 * How many pages are read at most: not more than gets would have cost, and not without end where a service lowers the size of its pages.
 *
 * @internal
 */
export const mostPages = (
  { due, members, pageSize }: Pick<Situation, "due" | "members" | "pageSize">
): number => Math.min(due, Math.ceil(crowd / pageSize) + 10 + 10 * Math.ceil(members / pageSize))

/**
 * Many times what the members alone would fill: a listing of more pages keeps them waiting for others.
 *
 * @internal
 */
export const isCrowded = (
  pages: number,
  { members, pageSize }: Pick<Situation, "members" | "pageSize">
): boolean => pages > 10 + 10 * Math.ceil(members / pageSize)
