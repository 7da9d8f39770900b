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
  readonly pageSize: number
  /** How much more a page costs that is filtered, where the service knows a filter for what runs; 1 is as much. */
  readonly filterCost: number | undefined
  readonly known: Known
}

/**
 * The cheaper way. A listing has to cost less than a get each, since it may lack one.
 *
 * @internal
 */
export const choose = (
  { due, filterCost, known, members, pageSize }: Situation
): "gets" | "all" | "running" => {
  const least = Math.ceil(members / pageSize)
  const all = known.all ?? least
  const running = filterCost === undefined
    ? Infinity
    : (known.running ?? least) * filterCost + known.ended
  if (Math.min(all, running) >= due) return "gets"
  return running < all ? "running" : "all"
}

/**
 * How many pages are read at most: not more than gets would have cost, and not many times what the members alone would fill, since the
 * others wait for it.
 *
 * @internal
 */
export const mostPages = ({ due, members, pageSize }: Situation): number =>
  Math.min(due, 10 + 10 * Math.ceil(members / pageSize))
