/** Waits for several operations at once: what one does, the others do not notice. */
import type { CallError, WaitTimeout } from "effect-lro/LroError"
import type { Final, Operation, State } from "effect-lro/OperationState"
import type { Started } from "effect-lro/Waits"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Session from "../session.ts"
import type { Usage } from "../usage.ts"

export interface Subject extends Session.Operand {
  /** Where this run started it: the first poll comes later then. */
  readonly started?: Started<unknown, unknown> | undefined
}

export interface Outcome {
  readonly subject: Subject
  readonly result: Either.Either<Final, CallError | WaitTimeout>
  /** The last state that was seen. */
  readonly last: Operation | undefined
}

export interface Options {
  /** Milliseconds, for all of them. */
  readonly deadline?: number | undefined
  readonly onState: (index: number, state: State) => Effect.Effect<void>
  readonly onEnd: (index: number, outcome: Outcome) => Effect.Effect<void>
  /** Cancels each first, and waits for what became of it. */
  readonly cancel?: boolean | undefined
}

/** How a subject is waited for. */
const waitOf = (subject: Subject, { cancel }: Options) =>
  cancel === true
    ? Session.served(subject, "cancelAndWait")
    : Session.served(subject, "untilFinal")

const waitOne = (
  subject: Subject,
  wait: Effect.Effect.Success<ReturnType<typeof waitOf>>,
  index: number,
  options: Options
): Effect.Effect<Outcome> =>
  Effect.gen(function*() {
    let last: Operation | undefined
    const given = {
      ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
      onState: (state: State) => {
        last = state.operation
        return options.onState(index, state)
      }
    }
    const waiting: Effect.Effect<Final, CallError | WaitTimeout> = subject.started !== undefined
      ? wait(subject.started, given)
      : subject.method === undefined
      ? wait(subject.ref, given)
      : wait(subject.ref, { ...given, method: subject.method })
    const result = yield* Effect.either(waiting)
    const outcome = { subject, result, last }
    yield* options.onEnd(index, outcome)
    return outcome
  })

/** The outcomes, in the order of the subjects. It fails before anything is sent where a service cannot be waited for. */
export const waitAll = (
  subjects: ReadonlyArray<Subject>,
  options: Options
): Effect.Effect<ReadonlyArray<Outcome>, Usage> =>
  Effect.gen(function*() {
    const waits = yield* Effect.forEach(subjects, (subject) =>
      Effect.map(waitOf(subject, options), (wait) => ({ subject, wait })))
    return yield* Effect.forEach(
      waits,
      ({ subject, wait }, index) =>
        waitOne(subject, wait, index, options),
      { concurrency: "unbounded" }
    )
  })
