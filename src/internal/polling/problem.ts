import * as Duration from "effect/Duration"

/** What is wrong with how a schedule was made, as a predicate: a schedule itself cannot refuse. */
const problems = new WeakMap<object, string>()

/**
 * Remembers what is wrong with a schedule until a wait or a layer is given it.
 *
 * @internal
 */
export const withProblem = <A extends object>(schedule: A, problem: string | undefined): A => {
  if (problem !== undefined) problems.set(schedule, problem)
  return schedule
}

/**
 * What is wrong with how a schedule was made.
 *
 * @internal
 */
export const problemOf = (schedule: object): string | undefined => problems.get(schedule)

/**
 * The delay in milliseconds before the poll of a number, from 0 on, when the operation is so many milliseconds old.
 *
 * @internal
 */
export type Delays = (number: number, age: number) => number

const delays = new WeakMap<object, Delays>()

/**
 * Remembers the delays of a schedule that never ends and goes by nothing else: who steps ten thousand of it needs no Effect.
 *
 * @internal
 */
export const withDelays = <A extends object>(schedule: A, own: Delays): A => {
  delays.set(schedule, own)
  return schedule
}

/** @internal */
export const delaysOf = (schedule: object): Delays | undefined => delays.get(schedule)

/**
 * What is wrong with delays that grow between two bounds.
 *
 * @internal
 */
export const boundsProblem = (
  least: string,
  from: Duration.DurationInput,
  cap: Duration.DurationInput
): string | undefined => {
  const millis = Duration.toMillis(from)
  if (!(millis > 0)) return `has \`${least}\` of 0`
  return Duration.toMillis(cap) < millis ? `has a \`cap\` below \`${least}\`` : undefined
}
