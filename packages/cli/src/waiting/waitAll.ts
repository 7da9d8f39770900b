/** Waits for several operations at once: what one does, the others do not notice. */
import type { CallError, WaitTimeout } from "effect-lro/LroError"
import type { Final, Operation, State } from "effect-lro/OperationState"
import type { AnyClient } from "effect-lro/services/registry"
import type { Started } from "effect-lro/Waits"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Session from "../session.ts"
import type { Usage } from "../usage.ts"

export interface Subject extends Session.Operand {
  readonly wait: NonNullable<AnyClient["untilFinal" | "cancelAndWait"]>
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
}

/** What is waited for by one of the two: the service has to serve it, which is known before anybody is asked and anything is sent. */
export const subjectOf = (
  operand: Session.Operand,
  name: "untilFinal" | "cancelAndWait"
): Effect.Effect<Subject, Usage> =>
  Effect.map(Session.served(operand, name), (wait) => ({ ...operand, wait }))

const waitOne = (
  subject: Subject,
  index: number,
  options: Options
): Effect.Effect<Outcome> =>
  Effect.gen(function*() {
    const { wait } = subject
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

/** The outcomes, in the order of the subjects. */
export const waitAll = (
  subjects: ReadonlyArray<Subject>,
  options: Options
): Effect.Effect<ReadonlyArray<Outcome>> =>
  Effect.forEach(subjects, (subject, index) => waitOne(subject, index, options), {
    concurrency: "unbounded"
  })
