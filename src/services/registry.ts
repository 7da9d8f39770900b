/**
 * Service modules by name, for tools that know a service only as a string: each is loaded on its own, when it is asked for.
 *
 * A program that knows its services imports their modules: that is typed, and bundlers see it.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as GroupBy from "effect/GroupBy"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as Credentials from "../Credentials.ts"
import * as Fleet from "../Fleet.ts"
import { during } from "../internal/fleet/options.ts"
import { type Row, table } from "../internal/services/table.ts"
import { InvalidRequest, type InvalidSettings } from "../LroError.ts"
import type * as Operation from "../Operation.ts"
import { OperationRef } from "../OperationRef.ts"
import * as Operations from "../Operations.ts"

/**
 * What is known of a service version before its module is loaded.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  /** `networkconnectivity/v1`: the module is `effect-lro/services/networkconnectivity/v1`. */
  readonly module: string
  /** `networkconnectivity.googleapis.com` */
  readonly service: string
  readonly version: string
  /** The published title of the API. */
  readonly title: string
  /** The name of the tag in the module. */
  readonly tag: string
}

/**
 * A client whose methods are known at run time only: those that the service does not serve are absent.
 *
 * @since 0.1.0
 * @category models
 */
export type AnyClient = Partial<Operations.ClientOf<Operations.AnyBinding>>

/**
 * A method that starts operations; its arguments are checked when it is called.
 *
 * @since 0.1.0
 * @category models
 */
export type StartMethod = Operations.StartMethod<`${string}/${string}`, unknown, unknown, unknown>

/**
 * A loaded service module.
 *
 * @since 0.1.0
 * @category models
 */
export interface ServiceModule extends Entry {
  readonly binding: Operations.AnyBinding
  /** The methods that start operations. */
  readonly methods: ReadonlyArray<StartMethod>
  /** All that the module exports. */
  readonly exports: { readonly [name: string]: unknown }
  /** A client without a layer; see `Operations.make`. */
  readonly make: (options?: Operations.LayerOptions) => Effect.Effect<
    AnyClient,
    InvalidSettings,
    HttpClient.HttpClient | Credentials.Credentials | Scope.Scope
  >
}

/**
 * No module has this name.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnknownService
  extends Schema.TaggedError<UnknownService>("lro/UnknownService")("UnknownService", {
    service: Schema.String,
    /** The modules of the same service in other versions. */
    others: Schema.Array(Schema.String)
  })
{
  /**
   * @since 0.1.0
   */
  override get message(): string {
    const others = this.others.length === 0 ? "" : `; there are ${this.others.join(", ")}`
    return `no service module is called ${JSON.stringify(this.service)}${others}`
  }
}

const entryOf = ([module, service, title, tag]: Row): Entry => ({
  module,
  service,
  version: module.slice(module.indexOf("/") + 1),
  title,
  tag
})

/**
 * Every service version, sorted by module.
 *
 * @since 0.1.0
 * @category registry
 */
export const entries: ReadonlyArray<Entry> = table.map(entryOf)

const namesOf = ({ module, service, version }: Entry): ReadonlyArray<string> => [
  module,
  `${service}/${version}`,
  `effect-lro/services/${module}`
]

/**
 * Finds a service version: `alloydb/v1`, `alloydb.googleapis.com/v1` (as an `OperationRef` has it) or
 * `effect-lro/services/alloydb/v1`.
 *
 * @since 0.1.0
 * @category registry
 */
export const find = (name: string): Option.Option<Entry> =>
  Option.fromNullable(entries.find((entry) => namesOf(entry).includes(name)))

const isMethod = (u: unknown): u is StartMethod =>
  typeof u === "object" && u !== null && "rpc" in u && "decodeMetadata" in u

/**
 * Loads the module of a service version, and no other. Takes the names that {@link find} takes; fails with `UnknownService`.
 *
 * @example
 * import * as Registry from "effect-lro/services/registry"
 * import { Effect } from "effect"
 *
 * export const methodsOf = (service: string) =>
 *   Effect.map(Registry.load(service), ({ methods }) => methods.map(({ rpc }) => rpc))
 *
 * @since 0.1.0
 * @category registry
 */
export const load = (name: string): Effect.Effect<ServiceModule, UnknownService> => {
  const row = table.find((row) => namesOf(entryOf(row)).includes(name))
  if (row === undefined) {
    const service = name.split("/").at(-2)
    const others = entries.filter((entry) =>
      entry.service === service || entry.module.split("/")[0] === service
    )
    return new UnknownService({ service: name, others: others.map(({ module }) => module) })
  }
  return Effect.map(Effect.promise(row[4]), (module) => {
    const { binding } = module as { readonly binding: Operations.AnyBinding }
    const exports = { ...module }
    return {
      ...entryOf(row),
      binding,
      methods: Object.values(exports).filter(isMethod),
      exports,
      make: (options) => Operations.make(binding, options)
    }
  })
}

/**
 * Waits for operations of several services as `Fleet.outcomes` does for those of one: the client of each service version is made when its
 * first reference comes, once. A reference whose service has no module is a row that failed with `InvalidRequest`.
 *
 * @example
 * import type { OperationRef } from "effect-lro/OperationRef"
 * import * as Registry from "effect-lro/services/registry"
 *
 * export const goOn = (stored: ReadonlyArray<OperationRef>) =>
 *   Registry.outcomes(stored, { layer: { quotaProject: "my-project" } })
 *
 * @since 0.1.0
 * @category fleets
 */
export const outcomes = <E = never, R = never, R2 = never>(
  targets: Iterable<OperationRef> | Stream.Stream<OperationRef, E, R>,
  options: Fleet.Options<R2> & {
    /** The options of the clients. */
    readonly layer?: Operations.LayerOptions | undefined
  } = {}
): Stream.Stream<
  Fleet.Row<Operation.Succeeded>,
  InvalidRequest | InvalidSettings | E,
  HttpClient.HttpClient | Credentials.Credentials | R | R2
> => {
  const { layer, ...own } = options
  const all: Stream.Stream<OperationRef, E, R> = Stream.StreamTypeId in targets
    ? targets
    : Stream.fromIterable(targets)
  return during(own.progress, (board) =>
    Stream.zipWithIndex(all).pipe(
      Stream.groupByKey(([target]) => moduleOf(target)),
      GroupBy.evaluate((name, group) =>
        Stream.unwrapScoped(
          load(name).pipe(
            Effect.flatMap((module) => module.make(layer)),
            Effect.map((client) => Fleet.outcomesOf(client, group, own)),
            Effect.catchTag("UnknownService", ({ message }) =>
              Effect.succeed(Stream.mapEffect(group, ([target, index]) => {
                board?.refused()
                return unknown(target, index, message)
              })))
          )
        )
      )
    ))
}

const moduleOf = (target: unknown): string => {
  const { service, version } = Object(target) as { readonly [key: string]: unknown }
  return `${String(service)}/${String(version)}`
}

const unknown = (target: unknown, index: number, problem: string) =>
  Effect.map(DateTime.now, (startedAt): Fleet.Row<never> => {
    const { name, service, version } = Object(target) as { readonly [key: string]: unknown }
    const ref = target instanceof OperationRef ? target : new OperationRef({
      service: String(service),
      version: String(version),
      name: String(name),
      startedAt
    })
    const refused = new InvalidRequest({
      method: "Registry.outcomes",
      argument: "target",
      problem: `cannot be asked about: ${problem}`
    })
    return { index, ref, exit: Exit.fail(refused) }
  })
