import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { OperationRef } from "../../OperationRef.ts"
import * as ResourceName from "../names/resourceName.ts"
import type { Endpoint } from "../wire/endpoint.ts"
import type { Settings } from "./settings.ts"

/**
 * The reference that errors carry: of the operation that the call names, if it names one.
 *
 * @internal
 */
export const operationRef = (
  settings: Settings,
  call: {
    readonly name: string
    readonly endpoint?: Endpoint | undefined
    readonly location?: string | undefined
  }
): Effect.Effect<OperationRef | undefined> =>
  call.name === ""
    ? Effect.succeed(undefined)
    : makeRef(settings, { name: call.name, endpoint: call.endpoint, location: call.location })

/** What a reference is made of. */
interface Referred {
  readonly name: string
  readonly endpoint?: Endpoint | undefined
  readonly location?: string | undefined
  readonly method?: string | undefined
  readonly requestId?: string | undefined
}

/**
 * A reference to a name of this client, made now.
 *
 * @internal
 */
export const makeRef = (settings: Settings, call: Referred): Effect.Effect<OperationRef> =>
  Effect.map(DateTime.now, (now) => refOf(settings, call, now))

/**
 * A reference to a name of this client.
 *
 * @internal
 */
export const refOf = (
  settings: Settings,
  call: Referred,
  startedAt: DateTime.Utc
): OperationRef => {
  const { own } = settings.endpoints
  const at = (location: string | undefined): Endpoint => {
    const endpoint = settings.endpoints.at(location)
    return typeof endpoint === "string" ? own : endpoint
  }
  const { url } = call.endpoint ?? at(call.location)
  const location = ResourceName.location(call.name)
  // Left out where the name alone leads there, too.
  const implied = url === own.url && url === at(location).url
  // What it is made of was checked before.
  return new OperationRef({
    service: settings.binding.service,
    version: settings.binding.version,
    endpoint: implied ? undefined : url,
    ...(call.location === location ? undefined : { location: call.location }),
    name: call.name,
    method: call.method,
    startedAt,
    requestId: call.requestId
  }, true)
}
