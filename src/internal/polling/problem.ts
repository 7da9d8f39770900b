/**
 * The delay in milliseconds before the poll of a number, from 0 on, when the operation is so many milliseconds old.
 *
 * @internal
 */
export type Delays = (number: number, age: number) => number

/** What is known of a schedule that was made of its delays. */
interface Made {
  /** Who steps ten thousand of it needs no Effect. */
  readonly delays: Delays
  /** What is wrong with it, as a predicate: a schedule itself cannot refuse. */
  readonly problem: string | undefined
}

const all = new WeakMap<object, Made>()

/**
 * Remembers what a schedule was made of, for the wait or the layer that is given it.
 *
 * @internal
 */
export const remember = <A extends object>(schedule: A, made: Made): A => {
  all.set(schedule, made)
  return schedule
}

/**
 * What a schedule of the package was made of.
 *
 * @internal
 */
export const madeOf = (schedule: object): Made | undefined => all.get(schedule)

/**
 * What is wrong with delays that grow between two bounds.
 *
 * @internal
 */
export const boundsProblem = (
  least: string,
  from: number,
  cap: number
): string | undefined => {
  if (!(from > 0)) return `has \`${least}\` of 0`
  return cap < from ? `has a \`cap\` below \`${least}\`` : undefined
}
