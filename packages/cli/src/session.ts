/** Services as a run uses them: each module is loaded once, and has one client. */
import type * as HttpClient from "@effect/platform/HttpClient"
import type { Credentials } from "effect-lro/Credentials"
import type { InvalidSettings } from "effect-lro/LroError"
import { OperationRef } from "effect-lro/OperationRef"
import * as Registry from "effect-lro/services/registry"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { Globals, layerOptions } from "./globals.ts"
import type { Address } from "./names/address.ts"
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
export type Calls = Globals | HttpClient.HttpClient | Credentials | Scope.Scope

export type OpenError = InvalidSettings | Registry.UnknownService | Usage

/** Opens modules, each once. */
export const make = Effect.sync(() => {
  const opened = new Map<string, Opened>()
  return (name: string): Effect.Effect<Opened, OpenError, Calls> =>
    Effect.gen(function*() {
      const known = opened.get(name)
      if (known !== undefined) return known
      const module = yield* Registry.load(name)
      const client = yield* module.make(layerOptions(yield* Globals))
      const made = { module, client }
      opened.set(name, made)
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
    return yield* decodeRef({ startedAt: DateTime.formatIso(now), ...address.reference }).pipe(
      Effect.mapError(() => usage(`the reference to ${address.name} can't be read`))
    )
  })

/** Opens what an operation belongs to. */
export const operandOf = (
  open: (module: string) => Effect.Effect<Opened, OpenError, Calls>,
  address: Address
): Effect.Effect<Operand, OpenError, Calls> =>
  Effect.gen(function*() {
    const opened = yield* open(address.module)
    const ref = yield* refOf(address, opened.module)
    const method = opened.module.methods.find(({ rpc }) => rpc === ref.method)
    return { ...opened, ref, method }
  })

/** A method of a client that not every service serves. */
export const served = <K extends keyof Registry.AnyClient>(
  { client, module }: Opened,
  name: K
): Effect.Effect<NonNullable<Registry.AnyClient[K]>, Usage> => {
  const method = client[name]
  if (method !== undefined) return Effect.succeed(method)
  const others = versionsOf(shortOf(module.module)).filter((each) => each !== module.module)
  return usage(
    `${module.module} (${module.title}) does not serve ${name}`,
    ...(others.length === 0 ? [] : [`other versions: ${others.join(", ")}`])
  )
}
