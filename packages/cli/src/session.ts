/** Services as a run uses them: each module is loaded once, and has one client. */
import type * as HttpClient from "@effect/platform/HttpClient"
import type { Credentials } from "effect-lro/Credentials"
import type { InvalidSettings } from "effect-lro/LroError"
import { OperationRef } from "effect-lro/OperationRef"
import type { RateLimit } from "effect-lro/RateLimit"
import * as Registry from "effect-lro/services/registry"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Endpoints from "../../../src/internal/wire/endpoint.ts"
import { Globals, layerOptions, type Options } from "./globals.ts"
import { Io } from "./io.ts"
import type { Address } from "./names/address.ts"
import * as Hosts from "./names/hosts.ts"
import { shortOf, versionsOf } from "./services/directory.ts"
import { type Usage, usage } from "./usage.ts"

export interface Opened {
  readonly module: Registry.ServiceModule
  readonly client: Registry.AnyClient
}

export interface Operand extends Opened {
  readonly ref: OperationRef
  /** The method that started it, where the reference knows. */
  readonly method: Registry.StartMethod | undefined
}

/** What calls need. */
export type Calls = HttpClient.HttpClient | Credentials | Scope.Scope

export type OpenError = InvalidSettings | Registry.UnknownService | Usage

/** Opens a module, at its own endpoint or another. */
export type Open = (module: string, endpoint?: string) => Effect.Effect<Opened, OpenError, Calls>

/**
 * The rate that the options ask for: reads and writes have it each, as Google counts them. A sixth of it in ten seconds, so that what
 * comes after a burst does not rest for a minute.
 */
const rateOf = ({ requestsPerMinute }: Options): Effect.Effect<RateLimit | undefined> => {
  if (requestsPerMinute === undefined) return Effect.succeed(undefined)
  const limit = Math.max(1, Math.floor(requestsPerMinute / 6))
  const quota = { limit, interval: 60_000 / Math.floor(requestsPerMinute / limit) }
  return Effect.map(
    Effect.promise(() => import("effect-lro/RateLimit")),
    ({ make }) => make({ reads: quota, writes: quota })
  )
}

/** Opens modules, each once. */
export const make: Effect.Effect<Open, never, Globals> = Effect.gen(function*() {
  const globals = yield* Globals
  const rateLimit = yield* rateOf(globals)
  const opened = new Map<string, Opened>()
  return (name, endpoint) =>
    Effect.gen(function*() {
      const key = `${name} ${endpoint}`
      const known = opened.get(key)
      if (known !== undefined) return known
      const module = yield* Registry.load(name)
      const client = yield* module.make(
        layerOptions({ ...globals, endpoint: globals.endpoint ?? endpoint }, rateLimit)
      )
      const made = { module, client }
      opened.set(key, made)
      return made
    })
})

const decodeRef = Schema.decodeUnknown(OperationRef)

/** The reference to a name that was made now. */
export const newRef = (
  { endpoint, name }: Pick<Address, "endpoint" | "name">,
  { service, version }: Registry.Entry,
  now: DateTime.Utc
): OperationRef =>
  new OperationRef({
    service,
    version,
    ...(endpoint === undefined ? {} : { endpoint }),
    name,
    startedAt: now
  })

/** The reference that an address stands for. */
export const refOf = (
  address: Address,
  module: Registry.Entry
): Effect.Effect<OperationRef, Usage> =>
  Effect.gen(function*() {
    const now = yield* DateTime.now
    if (address.reference === undefined) return newRef(address, module, now)
    const { service, version } = module
    const given = { startedAt: DateTime.formatIso(now), ...address.reference, service, version }
    return yield* decodeRef(given).pipe(
      Effect.mapError(() => usage(`the reference to ${address.name} can't be read`))
    )
  })

/** What is open for an address. Its endpoint came in a name: it has to be a host of the service, or to be given apart. */
const admitted = (
  opened: Opened,
  { endpoint, module }: Address
): Effect.Effect<Opened, Usage, Io> =>
  Effect.gen(function*() {
    if (endpoint === undefined) return opened
    const { env } = yield* Io
    const endpoints = Endpoints.resolve(opened.module.binding, {
      universeDomain: env["GOOGLE_CLOUD_UNIVERSE_DOMAIN"] || "googleapis.com",
      secret: true
    })
    if ("own" in endpoints && typeof endpoints.admit(endpoint, undefined) === "object") {
      return opened
    }
    const shown = Hosts.withoutSecrets(endpoint)
    return yield* usage(
      `${shown} is no host of ${shortOf(module)}`,
      `\`--endpoint ${shown}\` asks it all the same`
    )
  })

/** Opens what an operation belongs to. */
export const operandOf = (
  open: Open,
  address: Address
): Effect.Effect<Operand, OpenError, Calls | Io> =>
  Effect.gen(function*() {
    const opened = yield* Effect.flatMap(
      open(address.module),
      (opened) => admitted(opened, address)
    )
    const ref = yield* refOf(address, opened.module)
    const method = opened.module.methods.find(({ rpc }) => rpc === ref.method)
    return { ...opened, ref, method }
  })

/** Opens what a parent belongs to, where it is. */
export const parentOf = (
  open: Open,
  address: Address
): Effect.Effect<Opened, OpenError, Calls | Io> =>
  Effect.zipRight(
    Effect.flatMap(open(address.module), (opened) => admitted(opened, address)),
    open(address.module, address.endpoint)
  )

/** What waits and looks ask of a service. */
const asked: { readonly [method: string]: string } = {
  poll: "get",
  untilFinal: "get",
  cancelAndWait: "cancel"
}

/** A method of a client that not every service serves. */
export const served = <K extends keyof Registry.AnyClient>(
  { client, module }: Opened,
  name: K
): Effect.Effect<NonNullable<Registry.AnyClient[K]>, Usage> => {
  const method = client[name]
  if (method !== undefined) return Effect.succeed(method)
  const others = versionsOf(shortOf(module.module)).filter((each) => each !== module.module)
  return usage(
    `${module.module} (${module.title}) does not serve ${asked[name] ?? name}`,
    ...(others.length === 0 ? [] : [`other versions: ${others.join(", ")}`])
  )
}
