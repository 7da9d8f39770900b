/** Plays the plan of a wait against the real client, in virtual time. */
import {
  Cause,
  Clock,
  DateTime,
  Duration,
  Effect,
  Exit,
  Fiber,
  Layer,
  Option,
  Schedule,
  Stream
} from "effect"
import * as Code from "effect-lro/Code"
import * as Credentials from "effect-lro/Credentials"
import { CredentialsError } from "effect-lro/LroError"
import type * as Operation from "effect-lro/Operation"
import { OperationRef } from "effect-lro/OperationRef"
import type * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import * as Logs from "./logs.ts"
import {
  answer,
  bake,
  Bakery,
  bakeSilently,
  broken,
  Cake,
  html,
  layer,
  order,
  refuse,
  type Reply,
  Seen
} from "./Scripted.ts"
import { withDice, withTime } from "./services.ts"
import { VirtualClock } from "./VirtualClock.ts"
import type { Plan, Prediction, Reply as Planned, State } from "./waitModel.ts"
import type { Case } from "./waitPlans.ts"

/** What was seen of a wait, and what must never be. */
export interface Observation extends Omit<Prediction, "passed"> {
  readonly problems: ReadonlyArray<string>
}

const maxResponseBytes = 2000

const numberOf = (code: string): number => Code.isCode(code) ? Code.toNumber(code) : -1

/** The keys of an object come in any order. */
const shuffled = (percent: number, tick: number) =>
  tick % 2 === 0 ? { percent, updated: tick } : { updated: tick, percent }

const operationOf = (name: string, state: State) => {
  const { code, percent, result, tick = 0 } = state
  return {
    ...(state.name === "none" ? undefined : { name: state.name === "same" ? name : `${name}0` }),
    ...(result === "running" && state.name !== "none" ? undefined : { done: result !== "running" }),
    ...(percent === undefined ? undefined : { metadata: shuffled(percent, tick) }),
    ...(code === undefined || result === "cancelled" ||
        (result !== "failed" && result !== "running")
      ? undefined
      : { error: { code: numberOf(code), message: "m" } }),
    ...(result === "cancelled" ? { error: { code: 1, message: "cancelled" } } : undefined),
    ...(result === "cake" ? { response: { flavour: "plum" } } : undefined),
    ...(result === "rubbish" ? { response: { flavour: 1 } } : undefined)
  }
}

const type = (name: string) => `type.googleapis.com/google.rpc.${name}`

const errorOf = (reply: Extract<Planned, { readonly kind: "rpc" }>): Reply => {
  const { code, dailyQuota, google, http, reason, retryAfter, retryInfo } = reply
  const headers: Record<string, string> = retryAfter === undefined ? {} : {
    "retry-after": "seconds" in retryAfter
      ? String(retryAfter.seconds)
      : new Date(retryAfter.date * 1000).toUTCString()
  }
  if (!google) return () => new Response("<html>Try again.</html>", { status: http, headers })
  const details = [
    ...(reason === undefined ? [] : [{ "@type": type("ErrorInfo"), reason, domain: "d" }]),
    ...(retryInfo === undefined
      ? []
      : [{ "@type": type("RetryInfo"), retryDelay: `${retryInfo / 1000}s` }]),
    ...(dailyQuota === true
      ? [{ "@type": type("QuotaFailure"), violations: [{ quotaId: "GetsPerDayPerProject" }] }]
      : [])
  ]
  return refuse(http, code, { details, headers })
}

const replyOf = (name: string, reply: Planned): Reply => {
  switch (reply.kind) {
    case "state":
      return answer(operationOf(name, reply.state))
    case "rpc":
      return errorOf(reply)
    case "transport":
      return broken(reply.code)
    case "credentials":
      return () => Effect.dieMessage("a request without credentials")
    case "malformed":
      return {
        NotJson: html(200),
        Empty: () => new Response(null),
        NotAnOperation: answer([]),
        Redirect: () =>
          new Response(null, { status: 302, headers: { location: "https://x.example" } }),
        TooLarge: answer({ name, metadata: "x".repeat(2 * maxResponseBytes) }),
        WrongEndpoint: html(404)
      }[reply.reason]
  }
}

const takes = (millis: number): Effect.Effect<void> =>
  millis === Infinity ? Effect.never : millis > 0 ? Effect.sleep(millis) : Effect.void

const delayed = (millis: number, reply: Reply): Reply => () =>
  Effect.flatMap(takes(millis), () => {
    const response = reply()
    return Effect.isEffect(response) ? response : Effect.succeed(response)
  })

/** A server and a source of credentials that go through the replies of a plan together. */
const world = ({ name, plan }: Case) => {
  const { target } = plan
  const started = target.kind === "started" || target.kind === "run" ? target : undefined
  let next = 0
  // The start call gets its credentials first.
  let unscripted = started === undefined ? 0 : 1
  const get: Reply = () => {
    const reply: Planned = plan.replies[next++] ??
      { kind: "state", after: 10, state: { name: "same", result: "cake" } }
    return delayed(reply.after, replyOf(name, reply))() as Effect.Effect<Response>
  }
  const credentials = Layer.succeed(Credentials.Credentials, {
    ...Credentials.none,
    headers: (request) =>
      Effect.suspend(() => {
        if (unscripted-- > 0) return Credentials.none.headers(request)
        const reply = plan.replies[next]
        if (reply?.kind !== "credentials") return Credentials.none.headers(request)
        next++
        const { after, transient } = reply
        const error = new CredentialsError({
          reason: "Unavailable",
          transient,
          description: "no token"
        })
        return Effect.zipRight(takes(after), Effect.fail(error))
      })
  })
  return {
    /** From now on credentials are there: what follows is the cancel of an interruption. */
    interrupted: () => void (unscripted = Infinity),
    layer: layer(
      {
        start: started === undefined
          ? []
          : [
            delayed(
              started.kind === "run" ? started.took : 0,
              answer(operationOf(name, started.known))
            )
          ],
        get: [get],
        cancel: [delayed(plan.cancel ?? 0, answer({}))]
      },
      { maxResponseBytes },
      credentials
    )
  }
}

const scheduleOf = ({ schedule }: Plan) => {
  switch (schedule.kind) {
    case "fixed":
      return Polling.fixed(schedule.delay)
    case "ending":
      return Schedule.intersect(Schedule.spaced(schedule.delay), Schedule.recurs(schedule.times))
    case "exponential":
      return Polling.exponential(schedule)
    case "proportional":
      return Polling.proportional(schedule)
  }
}

const optionsOf = ({ plan, spread }: Case) => ({
  schedule: scheduleOf(plan),
  spread,
  deadline: plan.deadline,
  maxOutage: plan.maxOutage,
  maxHint: plan.maxHint,
  notFoundGrace: plan.notFoundGrace,
  timeout: plan.timeout,
  // Polls are single attempts, whatever this says.
  retry: { attempts: 3 }
} as const)

const targetOf = ({ name, plan }: Case): Effect.Effect<Operations.Target, unknown, Bakery> => {
  const { target } = plan
  switch (target.kind) {
    case "name":
      return Effect.succeed(name)
    case "ref":
      return Effect.succeed(
        new OperationRef({
          service: "bakery.googleapis.com",
          version: "v1",
          name,
          startedAt: DateTime.unsafeMake(-target.age)
        })
      )
    case "operation":
      return Effect.succeed({ name, done: false, ...operationOf(name, target.known) })
    case "started":
      return Effect.tap(
        Effect.flatMap(Bakery, (bakery) => bakery.start(bakeSilently, order)),
        () => takes(target.pause)
      )
    case "run":
      return Effect.dieMessage("is not a target")
  }
}

const percentOf = (operation: Operation.Operation | undefined): number | undefined => {
  const metadata = operation?.metadata as { readonly percent?: number } | undefined
  return metadata?.percent
}

/** The wait of a plan; `tell` hears of every state. */
const waitOf = (
  one: Case,
  followed: boolean,
  tell: (state: Operation.State) => Effect.Effect<void>
): Effect.Effect<unknown, unknown, Bakery> =>
  Effect.gen(function*() {
    const bakery = yield* Bakery
    const options = optionsOf(one)
    const { plan } = one
    if (followed) {
      const changes = plan.selects
        ? (metadata: unknown) => (metadata as { readonly percent?: number } | undefined)?.percent
        : undefined
      const states = bakery.watch(yield* targetOf(one), { ...options, changes })
      return yield* Effect.as(Stream.runForEach(states, tell), { _tag: "complete" })
    }
    const onInterrupt = plan.cancel === undefined ? "leave" : "cancel"
    const all = { ...options, onInterrupt, onState: tell } as const
    const succeeded = (wait: Effect.Effect<unknown, unknown>) =>
      Effect.as(wait, { _tag: "Succeeded" })
    if (plan.target.kind === "run") {
      return yield* plan.response
        ? succeeded(bakery.run(bake, order, all))
        : succeeded(bakery.run(bakeSilently, order, all))
    }
    const target = yield* targetOf(one)
    return yield* plan.response
      ? succeeded(bakery.untilDone(target, { ...all, response: Cake }))
      : succeeded(bakery.untilDone(target, all))
  })

/** The fields that a model speaks of, of whatever ended the wait. */
interface End {
  readonly _tag: string
  readonly code?: string
  readonly reason?: "deadline" | "schedule"
  readonly polls?: number
  readonly elapsed?: Duration.Duration
  readonly last?: Operation.Operation
  readonly lastError?: { readonly _tag: string }
  readonly seenBefore?: boolean
}

const endOf = (
  exit: Exit.Exit<unknown, unknown>
): Omit<Prediction, "at" | "polled" | "cancelled" | "told" | "passed"> => {
  if (Exit.isInterrupted(exit)) return { outcome: "interrupted" }
  const end =
    (Exit.isSuccess(exit) ? exit.value : Option.getOrUndefined(Cause.failureOption(exit.cause))) as
      | End
      | undefined
  if (end === undefined) return { outcome: `defect: ${String(exit)}` }
  switch (end._tag) {
    case "OperationFailed":
      return { outcome: end._tag, code: end.code }
    case "NOT_FOUND":
      return { outcome: end._tag, seenBefore: end.seenBefore === true }
    case "WaitTimeout":
      return {
        outcome: end._tag,
        timeout: {
          reason: end.reason ?? "deadline",
          polls: end.polls ?? -1,
          elapsed: end.elapsed === undefined ? -1 : Duration.toMillis(end.elapsed),
          last: end.last === undefined ? "never" : percentOf(end.last),
          lastError: end.lastError?._tag
        }
      }
    default:
      return { outcome: end._tag }
  }
}

/** Plays a plan; `followed` by watch. */
export const observe = (one: Case, followed: boolean): Effect.Effect<Observation> =>
  Effect.suspend(() => {
    const clock = new VirtualClock()
    const { interrupted, layer } = world(one)
    const { interrupt } = one.plan
    const observed = Effect.gen(function*() {
      const { fibers, requests } = yield* Seen
      const before = yield* fibers
      const told: Array<Prediction["told"][number]> = []
      const tell = (state: Operation.State) =>
        Effect.map(Clock.currentTimeMillis, (at) => {
          told.push({ at, result: state._tag, percent: percentOf(state.operation) })
        })
      const fiber = yield* Effect.fork(waitOf(one, followed, tell))
      const stop = interrupt === undefined ? undefined : yield* Effect.fork(
        Effect.sleep(interrupt).pipe(
          Effect.zipRight(Effect.sync(interrupted)),
          Effect.zipRight(Fiber.interruptFork(fiber))
        )
      )
      const exit = yield* Fiber.await(fiber)
      const at = yield* Clock.currentTimeMillis
      if (stop !== undefined) yield* Fiber.interrupt(stop)
      const count = requests.length
      yield* Effect.sleep("1 hour")
      const left = (yield* fibers).filter((other) => !before.includes(other))
      const of = (kind: string) =>
        requests.flatMap((request) => request.kind === kind ? [request.at] : [])
      return {
        ...endOf(exit),
        at,
        polled: of("get"),
        cancelled: of("cancel"),
        told,
        problems: [
          ...(requests.length > count ? ["a request after the end"] : []),
          ...(requests.some(({ endedAt }) => endedAt > at) ? ["a request outlives the end"] : []),
          ...(left.length > 0 ? ["a fiber is left"] : []),
          ...(clock.pending > 0 ? ["a timer is left"] : [])
        ]
      }
    }).pipe(
      Effect.provide(layer),
      withDice(0.5),
      withTime(clock),
      Logs.silent,
      Effect.orDie
    )
    // A root fiber for each: the loggers of thousands of worlds would add up in one.
    return Effect.promise(() => Effect.runPromise(observed))
  })
