import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import type { InvalidRequest } from "../../LroError.ts"
import type { PublishedPolling } from "../../Method.ts"
import type { Operation } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import * as Polling from "../../Polling.ts"
import type { WaitOptions } from "../../Waits.ts"
import { unit } from "../base/unit.ts"
import { refuse } from "../call/refuse.ts"
import type { Settings } from "../call/settings.ts"
import type { Terms } from "./step.ts"

/**
 * The polling settings of one wait, merged and in milliseconds.
 *
 * @internal
 */
export interface Pace<R> extends Omit<Terms, "begun" | "fresh"> {
  readonly schedule: Schedule.Schedule<unknown, Operation, R>
  /** `undefined`: poll by get. */
  readonly longPoll: number | undefined
}

/**
 * What a wait is about, for the errors of its settings.
 *
 * @internal
 */
export interface About {
  /** `Operations.untilDone` and the like. */
  readonly method: string
  readonly operation?: OperationRef | undefined
}

/**
 * Merges call over ambient over layer over default. `spread` is that of a name, or of all where there is no operation.
 *
 * @internal
 */
export const resolve = <R>(
  settings: Pick<Settings, "binding" | "polling">,
  options: WaitOptions<never, never, R>,
  about: About,
  published: PublishedPolling | undefined
): Effect.Effect<Pace<R>, InvalidRequest> =>
  Effect.flatMap(
    Polling.CurrentSettings,
    (ambient) => merge(settings, ambient, options, about, published)
  )

const merge = <R>(
  { binding, polling: layer }: Pick<Settings, "binding" | "polling">,
  ambient: Polling.Settings,
  options: WaitOptions<never, never, R>,
  about: About,
  published: PublishedPolling | undefined
): Effect.Effect<Pace<R>, InvalidRequest> => {
  const pick = <K extends keyof Polling.Settings>(key: K): Polling.Settings[K] =>
    (options as Polling.Settings)[key] ?? ambient[key] ?? layer[key]
  const format = binding.operationFormat
  const deadline = pick("deadline")
  const spread = pick("spread") ?? 0.2
  const longPoll = pick("longPoll") ?? "30 seconds"
  const schedule = options.schedule ?? ambient.schedule ?? layer.schedule
  const wrong = Polling.settingsProblem({ deadline, schedule, spread })
  if (wrong !== undefined) return refuse(about.method, ...wrong, about.operation)
  return Effect.succeed({
    schedule: schedule ?? defaultSchedule(published ?? format?.polling),
    deadline: limit(deadline ?? Infinity),
    maxOutage: limit(pick("maxOutage") ?? "10 minutes"),
    maxHint: limit(pick("maxHint") ?? "10 minutes"),
    spread: about.operation ? spread * unit(about.operation.name) : spread,
    notFoundGrace: limit(pick("notFoundGrace") ?? format?.notFoundGrace ?? 0),
    longPoll: longPoll === "off" ? undefined : Duration.toMillis(longPoll)
  })
}

/** In milliseconds; what has no end is none. */
const limit = (duration: Duration.DurationInput): number | undefined => {
  const millis = Duration.toMillis(duration)
  return millis === Infinity ? undefined : millis
}

/**
 * The pace that Google publishes for the method, else the package's own. Many operations take seconds where a long first delay is
 * published: that is shortened.
 */
const defaultSchedule = (published: PublishedPolling | undefined) => {
  if (published === undefined) return Polling.defaultSchedule
  const initial = Duration.toMillis(published.initial)
  return Polling.exponential({
    ...published,
    initial: Math.min(initial, Math.max(5000, initial / 5))
  })
}
