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
}

/**
 * A way to ask.
 *
 * @internal
 */
export type Way = "gets" | "all" | "running"

/**
 * The cheaper way. A listing has to cost less than a get each, since it may lack one.
 *
 * @internal
 */
export const choose = ({ due, known, members, overhead, pageSize }: Situation): Way => {
  const least = Math.max(1, Math.ceil(members / pageSize))
  const all = known.all ?? least
  const running = overhead === undefined
    ? Infinity
    : (known.running ?? least) + known.ended + Math.max(0, all * pageSize - members) * overhead
  if (Math.min(all, running) >= due) return "gets"
  return running < all ? "running" : "all"
}

/**
 * How many pages are read at most: not more than gets would have cost, and not many times what the members alone would fill, since the
 * others wait for it.
 *
 * @internal
 */
export const mostPages = (
  { due, members, pageSize }: Pick<Situation, "due" | "members" | "pageSize">
): number => Math.min(due, 10 + 10 * Math.ceil(members / pageSize))
