/**
 * Thousands of operations at the price of a few lists.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { AnyBinding } from "./Binding.ts"
import type { ClientOf, TagClass } from "./Client.ts"
import type { Fixed } from "./internal/base/fixed.ts"
import { resolve } from "./internal/call/settings.ts"
import { Credentials } from "./internal/credentials/port.ts"
import { ofTag, withOptions } from "./internal/fleet/options.ts"
import { Board } from "./internal/fleet/progress.ts"
import { makeClient } from "./internal/fleet/rows.ts"
import { resolve as resolveFleet } from "./internal/fleet/settings.ts"
import * as Starts from "./internal/fleet/starts.ts"
import * as Targets from "./internal/fleet/targets.ts"
import { type InvalidRequest, InvalidSettings, type WaitError } from "./LroError.ts"
import type { StartMethod } from "./Method.ts"
import type * as Operation from "./Operation.ts"
import type { OperationRef } from "./OperationRef.ts"
import * as RateLimit from "./RateLimit.ts"
import type { LayerOptions, StartOptions } from "./Requests.ts"
import type * as Waits from "./Waits.ts"
import type { OfMethod, OfTarget, ResultOf, Target, WaitOptions } from "./Waits.ts"

/**
 * How a fleet asks.
 *
 * @since 0.1.0
 * @category options
 */
export interface Pace {
  /**
   * How often each parent is looked at: what is due then is asked for. An operation is asked for at the tick that is nearest to when it is
   * due.
   *
   * @default "5 seconds"
   */
  readonly tick?: Duration.DurationInput | undefined
  /**
   * How many operations a page of a listing may have. Services lower it to their own maximum.
   *
   * @default 1000
   */
  readonly pageSize?: number | undefined
  /**
   * How many gets of one parent are on their way at a time.
   *
   * @default 32
   */
  readonly concurrentGets?: number | undefined
}

/**
 * The options of the layer of a fleet.
 *
 * @since 0.1.0
 * @category options
 */
export interface FleetLayerOptions extends Omit<LayerOptions, "rateLimit">, Pace {
  /** A rate that layers share, or the options of one for this layer alone. */
  readonly rateLimit?: RateLimit.RateLimit | RateLimit.Options | undefined
}

/**
 * What became of an operation.
 *
 * @since 0.1.0
 * @category models
 */
export interface Row<A> {
  /** The place of the target among those that were given. */
  readonly index: number
  /** For a target that is none, a reference to whatever name it has. */
  readonly ref: OperationRef
  readonly exit: Exit.Exit<A, WaitError>
}

/**
 * What became of a request that was to start an operation.
 *
 * @since 0.1.0
 * @category models
 */
export interface StartedRow<Request, A> {
  /** The place of the request among those that were given. */
  readonly index: number
  readonly request: Request
  /** None where nothing was started, or nobody knows what. */
  readonly ref: Option.Option<OperationRef>
  readonly exit: Exit.Exit<A, WaitError>
}

/**
 * How many operations of a fleet are where.
 *
 * @since 0.1.0
 * @category models
 */
export interface Progress {
  readonly running: number
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  /** The wait ended, and nobody knows how the operation will: a call failed for good, or a deadline passed. */
  readonly unknown: number
  /** Starts, gets and pages of lists so far: calls, each counted once, also where its start was repeated or its token renewed. */
  readonly requests: number
}

/**
 * The progress of the fleets that are given it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ProgressBoard {
  readonly current: Effect.Effect<Progress>
  /** The progress now, and whenever it is another; for a slow consumer the latest. Ends when the last fleet has ended. */
  readonly changes: Stream.Stream<Progress>
}

interface FleetOptions extends Pace {
  /** Counts the operations of this fleet, too. */
  readonly progress?: ProgressBoard | undefined
}

type AnyOptions = Options | ResponseOptions<unknown, never>

type AnyTag = TagClass<unknown, string, AnyBinding>

type Items<A> = Iterable<A> | Stream.Stream<A, unknown, unknown>

/** What a row has not: a fiber that could be interrupted, or somebody who follows it. */
type Fibers = "longPoll" | "onInterrupt" | "onState"

interface RowOptions<R> extends FleetOptions, Omit<WaitOptions<unknown, unknown, R>, Fibers> {}

/**
 * The options of the waits of a fleet, for all of its rows. `tick`, `pageSize` and `concurrentGets` are those of the layer where
 * {@link layer} made the client.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options<R = never> extends RowOptions<R>, OfTarget {}

/**
 * {@link Options} with the method that started the operations, for targets that do not know it.
 *
 * @since 0.1.0
 * @category options
 */
export interface MethodOptions<M, W, R = never> extends RowOptions<R>, OfMethod<M, W> {}

/**
 * {@link Options} with a Schema of your own for the responses.
 *
 * @since 0.1.0
 * @category options
 */
export interface ResponseOptions<A, R, R2 = never>
  extends RowOptions<R2>, Pick<Waits.ResponseOptions<A, R>, "method" | "response">
{}

/**
 * The options of starts.
 *
 * @since 0.1.0
 * @category options
 */
export interface RunOptions extends Pick<StartOptions, "abortStart" | "idempotent" | "onStarted"> {
  /**
   * How many starts are on their way at a time.
   *
   * @default 16
   */
  readonly concurrency?: number | undefined
}

/**
 * The layer of a client whose waits share listings.
 *
 * `untilDone`, `watch`, `run` and `cancelAndWait` behave as ever: errors, types, interruption, tolerance, a deadline for each. But one loop for
 * each parent asks for all operations below it that are due, by the cheaper of a listing and a get for each.
 *
 * @example
 * import * as Fleet from "effect-lro/Fleet"
 * import { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
 *
 * export const ClientLayer = Fleet.layer(NetworkConnectivity, { tick: "5 seconds" })
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <Self, Key extends string, B extends AnyBinding>(
  tag: TagClass<Self, Key, B>,
  options: FleetLayerOptions = {}
): Layer.Layer<Self, InvalidSettings, HttpClient.HttpClient | Credentials> =>
  Layer.scoped(
    tag,
    Effect.gen(function*() {
      const own = resolveFleet(options)
      if (!("tick" in own)) {
        return yield* new InvalidSettings({ setting: own[0], problem: own[1] })
      }
      const credentials = yield* Credentials
      const { rateLimit } = options
      const resolved = yield* resolve(
        tag.binding,
        {
          ...options,
          rateLimit: rateLimit === undefined || "~rate" in rateLimit
            ? rateLimit
            : RateLimit.make(rateLimit)
        },
        yield* HttpClient.HttpClient,
        credentials
      )
      return (yield* makeClient(resolved, own)) as ClientOf<B>
    })
  )

/**
 * Waits for many operations as rows and not as fibers: one row for each target, when its operation has ended, in the order of the ends.
 *
 * Each row waits as `untilDone` does, by its own schedule, tolerance and deadline, and its `exit` is what `untilDone` would have ended with;
 * one that fails ends nothing else. The client is that of the tag: where {@link layer} made it, its rows share listings with all other waits,
 * else a fleet is made for this stream alone. Two targets that name the same operation are two rows, and polled as one. The stream fails only
 * where its options cannot be, or the targets do. Whoever stops consuming stops the polling; the operations go on.
 *
 * @example
 * import * as Fleet from "effect-lro/Fleet"
 * import type { OperationRef } from "effect-lro/OperationRef"
 * import { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
 * import { Console, Exit, Stream } from "effect"
 *
 * export const waitForAll = (refs: ReadonlyArray<OperationRef>) =>
 *   Fleet.outcomes(NetworkConnectivity, refs).pipe(
 *     Stream.runForEach(({ exit, ref }) =>
 *       Console.log(`${ref.name}: ${Exit.isSuccess(exit) ? "succeeded" : "did not"}`)
 *     )
 *   )
 *
 * @since 0.1.0
 * @category combinators
 */
export const outcomes: {
  /**
   * Waits for many operations as rows, and decodes their responses with a Schema of your own.
   *
   * @since 0.1.0
   * @category combinators
   */
  <Self, Key extends string, B extends AnyBinding, A, R, R2 = never, E = never, R3 = never>(
    tag: TagClass<Self, Key, B>,
    targets: Iterable<Target> | Stream.Stream<Target, E, R3>,
    options: ResponseOptions<A, R, R2>
  ): Stream.Stream<Row<A>, InvalidRequest | E, Self | Fixed<R | R2> | R3>
  /**
   * Waits for many operations as rows, and gives their responses as the method says that started them.
   *
   * @since 0.1.0
   * @category combinators
   */
  <Self, Key extends string, B extends AnyBinding, M, W, R = never, E = never, R2 = never>(
    tag: TagClass<Self, Key, B>,
    targets: Iterable<Target> | Stream.Stream<Target, E, R2>,
    options: MethodOptions<M, W, R>
  ): Stream.Stream<Row<W>, InvalidRequest | E, Self | Fixed<R> | R2>
  /**
   * Waits for many operations as rows. Started operations give their responses, any other target the final state.
   *
   * @since 0.1.0
   * @category combinators
   */
  <
    Self,
    Key extends string,
    B extends AnyBinding,
    T extends Target,
    R = never,
    E = never,
    R2 = never
  >(
    tag: TagClass<Self, Key, B>,
    targets: Iterable<T> | Stream.Stream<T, E, R2>,
    options?: Options<R>
  ): Stream.Stream<Row<ResultOf<T>>, InvalidRequest | E, Self | Fixed<R> | R2>
} = ((tag: AnyTag, targets: Items<Target>, options: AnyOptions = {}) =>
  ofTag(
    tag,
    options,
    "Fleet.outcomes",
    (client, own) => Targets.outcomes(client, own, Targets.feedTargets(targets))
  )) as never

/**
 * {@link outcomes} of a client, of targets with the numbers that their rows get.
 *
 * @internal
 */
export const outcomesOf = <E, R, R2>(
  client: object,
  targets: Stream.Stream<readonly [target: Target, index: number], E, R>,
  options: Options<R2>
): Stream.Stream<Row<Operation.Succeeded>, InvalidRequest | E, R | R2> =>
  withOptions(
    options,
    "Fleet.outcomes",
    (own) => Targets.outcomes(client, own, Targets.feedNumbered(targets))
  ) as never

/**
 * Starts many operations and waits for them: one row for each request, when its operation has ended or could not be started.
 *
 * At most `concurrency` starts are on their way at a time. `onStarted` is told each reference as it comes, before the wait for it begins: what it
 * stores is not lost in a crash, and {@link outcomes} goes on from there. An interruption is held while a start is on the wire, as that of
 * `start` is. Requests may come as a Stream, for as long as it goes on.
 *
 * @example
 * import * as Fleet from "effect-lro/Fleet"
 * import type { OperationRef } from "effect-lro/OperationRef"
 * import { createHub, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
 * import type { Effect } from "effect"
 *
 * export const createAll = (
 *   hubIds: ReadonlyArray<string>,
 *   save: (ref: OperationRef) => Effect.Effect<void>
 * ) =>
 *   Fleet.run(
 *     NetworkConnectivity,
 *     createHub,
 *     hubIds.map((hubId) => ({ parent: "projects/p/locations/global", hubId, hub: {} })),
 *     { concurrency: 8, onStarted: save }
 *   )
 *
 * @since 0.1.0
 * @category combinators
 */
export const run: {
  /**
   * Starts many operations and waits for them, and decodes their responses with a Schema of your own.
   *
   * @since 0.1.0
   * @category combinators
   */
  <
    Self,
    Key extends string,
    B extends AnyBinding,
    Request,
    A,
    R,
    R2 = never,
    E = never,
    R3 = never
  >(
    tag: TagClass<Self, Key, B>,
    method: StartMethod<`${B["service"]}/${B["version"]}`, Request, unknown, unknown>,
    requests: Iterable<Fixed<Request>> | Stream.Stream<Fixed<Request>, E, R3>,
    options: ResponseOptions<A, R, R2> & RunOptions
  ): Stream.Stream<StartedRow<Request, A>, InvalidRequest | E, Self | Fixed<R | R2> | R3>
  /**
   * Starts many operations and waits for them, and gives their responses as the method says: `void` where it returns nothing, the final state
   * where it was declared without a response.
   *
   * @since 0.1.0
   * @category combinators
   */
  <Self, Key extends string, B extends AnyBinding, Request, W, R = never, E = never, R2 = never>(
    tag: TagClass<Self, Key, B>,
    method: StartMethod<`${B["service"]}/${B["version"]}`, Request, unknown, W>,
    requests: Iterable<Fixed<Request>> | Stream.Stream<Fixed<Request>, E, R2>,
    options?: Options<R> & RunOptions
  ): Stream.Stream<StartedRow<Request, W>, InvalidRequest | E, Self | Fixed<R> | R2>
} = Starts.run as never

/**
 * A board for the progress of one or more fleets.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeProgress: Effect.Effect<ProgressBoard> = Effect.sync(() => new Board())
