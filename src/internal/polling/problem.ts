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
 * What is wrong with polling settings: the setting and a predicate.
 *
 * @internal
 */
export const problemOf = (
  { deadline, schedule, spread = 0 }: {
    readonly deadline?: Duration.DurationInput | undefined
    readonly schedule?: object | undefined
    readonly spread?: number | undefined
  }
): readonly [setting: string, problem: string] | undefined => {
  if (deadline !== undefined && !(Duration.toMillis(deadline) > 0)) {
    return ["deadline", "is not longer than zero"]
  }
  const inSchedule = schedule === undefined ? undefined : problems.get(schedule)
  if (inSchedule !== undefined) return ["schedule", inSchedule]
  return spread >= 0 && spread < 1 ? undefined : ["spread", "is not between 0 and 1"]
}

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
