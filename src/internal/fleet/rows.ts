import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { InvalidRequest, type WaitError } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import { OperationRef } from "../../OperationRef.ts"
import type { Target, WaitOptions } from "../../Waits.ts"
import { logs } from "../base/fiber.ts"
import { CurrentCallOptions } from "../call/options.ts"
import * as Route from "../call/route.ts"
import * as Sent from "../call/sent.ts"
import type { Settings } from "../call/settings.ts"
import { nameOf } from "../call/target.ts"
import * as client from "../client/client.ts"
import { settingsOf } from "../client/settingsOf.ts"
import { named } from "../wait/named.ts"
import * as Pace from "../wait/pace.ts"
import { type Reading, resolve, type Subject } from "../wait/subject.ts"
import { result } from "../wait/untilDone.ts"
import type { Ended } from "./company.ts"
import { Crew } from "./crew.ts"
import { Kind } from "./kind.ts"
import { Lean } from "./lean.ts"
import { makeSource } from "./make.ts"
import type { FleetSettings } from "./means.ts"
import { Board, Requests } from "./progress.ts"
import { beginningOf, type Row } from "./row.ts"
import type { FleetSource } from "./source.ts"

/**
 * What is asked of each operation.
 *
 * @internal
 */
export interface Options extends WaitOptions, Reading {
  readonly progress?: Board | undefined
}

/**
 * A row that ended, or never began.
 *
 * @internal
 */
export interface Outcome {
  readonly index: number
  readonly request: unknown
  readonly ref: OperationRef | undefined
  readonly exit: Exit.Exit<unknown, WaitError>
}

type Told =
  | { readonly _tag: "Row"; readonly row: Row; readonly how: Ended }
  | { readonly _tag: "None"; readonly outcome: Outcome }

/**
 * What feeds a fleet: takes targets and what never became one, in any order, each with its number.
 *
 * @internal
 */
export interface Intake {
  readonly add: (number: number, target: Target, request: unknown) => Effect.Effect<void>
  readonly fail: (
    number: number,
    request: unknown,
    ref: OperationRef | undefined,
    error: WaitError
  ) => Effect.Effect<void>
  readonly requests: Requests
}

/** What a client of fleets is made of. */
interface Inside {
  readonly settings: Settings
  readonly source: FleetSource
  /** Refuses a name that does not fit get. */
  readonly checkName: (name: string) => Effect.Effect<unknown, InvalidRequest>
}

/** The clients whose waits share listings. */
const clients = new WeakMap<object, Inside>()

/**
 * The methods of a client whose waits share listings.
 *
 * @internal
 */
export const makeClient = (settings: Settings, fleet: FleetSettings) =>
  Effect.gen(function*() {
    let made: FleetSource | undefined
    const methods = yield* client.make(
      settings,
      (pollers) => made = makeSource(settings, fleet, pollers)
    )
    const get = Route.compile(settings.binding, "get")
    if (made !== undefined && get !== undefined) {
      const source = made
      yield* Effect.addFinalizer(() => source.end())
      const checkName = (name: string) => Route.bind(get, name)
      const lean = new Lean(settings, source, checkName)
      const { untilDone, untilFinal } = methods
      Object.assign(methods, {
        untilDone: lean.untilDone(untilDone as never),
        untilFinal: lean.untilFinal(untilFinal as never)
      })
      clients.set(methods, { settings, source, checkName })
    }
    return methods
  })

/** A fleet beside a client of an ordinary layer. */
const ofClient = (
  self: object,
  fleet: FleetSettings
): Effect.Effect<Inside | undefined, never, Scope.Scope> => {
  const settings = settingsOf(self)
  return settings === undefined
    ? Effect.succeed(undefined)
    : Effect.map(makeClient(settings, fleet), (methods) => clients.get(methods))
}

/**
 * The rows of what `feed` takes in, each when it ended. Nothing is left of them when the consumer is gone.
 *
 * @internal
 */
export const rows = <E>(
  self: object,
  method: string,
  options: Options,
  fleet: FleetSettings,
  feed: (intake: Intake) => Effect.Effect<void, E, unknown>
): Stream.Stream<Outcome, E | InvalidRequest, unknown> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    const inside = clients.get(self) ?? (yield* ofClient(self, fleet))
    if (inside === undefined) {
      const problem = "was made without a layer, or has no get: nothing can be asked for"
      return yield* new InvalidRequest({ method, argument: "client", problem })
    }
    const { settings, source } = inside
    yield* Pace.resolve(settings, options, { method }, undefined)
    const mailbox = yield* Mailbox.make<Told, E>()
    const board = options.progress
    let isFed = false
    const crew: Crew = new Crew({
      settings,
      source,
      runtime: yield* Effect.runtime<unknown>(),
      sent: Sent.over(settings.sent, options),
      timeout: Duration.toMillis(
        options.timeout ?? (yield* CurrentCallOptions).timeout ?? settings.timeout
      ),
      logs: yield* logs,
      board,
      onEnd: (row, how) => {
        mailbox.unsafeOffer({ _tag: "Row", row, how })
        if (isFed && crew.live === 0) mailbox.unsafeDone(Exit.void)
      }
    })
    yield* opened(board, source.requests)
    yield* Effect.addFinalizer(() => Effect.sync(() => crew.close()))
    const kindOf = kinds(inside, method, options)
    const fail: Intake["fail"] = (index, request, ref, error) =>
      Effect.sync(() => {
        crew.refused()
        mailbox.unsafeOffer({
          _tag: "None",
          outcome: { index, request, ref, exit: Exit.fail(error) }
        })
      })
    const add: Intake["add"] = (number, target, request) =>
      Effect.matchEffect(resolve(settings, inside.checkName, method, target, options), {
        onFailure: (error) =>
          Effect.flatMap(
            refOfAny(inside, target),
            (ref) => fail(number, request, error.operation ?? ref, error)
          ),
        onSuccess: (it) =>
          Effect.map(kindOf(it), (kind) => {
            const isNamed = typeof target === "object" && ("service" in target || "ref" in target)
            crew.add({
              number,
              request,
              kind,
              ...beginningOf(it, isNamed)
            })
          })
      })
    const requests = new Requests()
    yield* opened(board, requests)
    yield* Effect.exit(feed({ add, fail, requests })).pipe(
      Effect.flatMap((exit) =>
        Effect.sync(() => {
          isFed = true
          if (Exit.isFailure(exit)) mailbox.unsafeDone(exit)
          else if (crew.live === 0) mailbox.unsafeDone(Exit.void)
        })
      ),
      Effect.interruptible,
      Effect.forkScoped
    )
    // By chunks: an element at a time would cost more than all else of a row.
    return Stream.mapChunksEffect(
      Mailbox.toStream(mailbox),
      (told) =>
        Effect.map(
          Effect.forEach(told, (each) => outcomeOf(each, options)),
          Chunk.unsafeFromArray
        )
    )
  }))

const opened = (
  board: Board | undefined,
  requests: Requests
): Effect.Effect<void, never, Scope.Scope> =>
  board === undefined ? Effect.void : Effect.asVoid(
    Effect.acquireRelease(Effect.sync(() => board.open(requests)), (close) => Effect.sync(close))
  )

/** What rows for operations of one method have in common is made once. */
const kinds = ({ settings }: Inside, caller: string, options: Options) => {
  const known = new Map<Subject["method"], Kind>()
  return ({ method, published }: Subject): Effect.Effect<Kind> => {
    const kind = known.get(method)
    if (kind !== undefined) return Effect.succeed(kind)
    return Effect.map(
      // They were looked at before.
      Effect.orDie(Pace.resolve(settings, options, { method: caller }, published)),
      (pace) => {
        const made = new Kind(method, pace)
        known.set(method, made)
        return made
      }
    )
  }
}

/** A reference for what is no target. */
const refOfAny = ({ settings }: Inside, target: unknown): Effect.Effect<OperationRef> =>
  Effect.map(DateTime.now, (startedAt) =>
    new OperationRef({
      service: settings.binding.service,
      version: settings.binding.version,
      name: nameOf(target),
      startedAt
    }))

/** The one place where the end of a wait becomes the exit of a row. */
const outcomeOf = (told: Told, options: Options): Effect.Effect<Outcome, never, unknown> => {
  if (told._tag === "None") return Effect.succeed(told.outcome)
  const { how, row } = told
  const { number: index, ref, request } = row
  if ("cause" in how) {
    return Effect.succeed({ index, request, ref, exit: Exit.failCause(how.cause) })
  }
  if ("error" in how) return Effect.succeed({ index, request, ref, exit: Exit.fail(how.error) })
  const { method, reader } = row.kind
  const state = Operation.stateWith(named(how.operation, ref.name), reader) as Operation.Final
  return Effect.map(
    Effect.exit(result(state, { ref, method }, options)),
    (exit) => ({ index, request, ref, exit })
  )
}
