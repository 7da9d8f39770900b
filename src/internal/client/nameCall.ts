import type { Operation } from "../../Operation.ts"
import type { Call, Read } from "../call/call.ts"
import type * as Route from "../call/route.ts"
import type { Settings } from "../call/settings.ts"
import type { Place } from "../call/target.ts"
import { parseOperation } from "../wire/envelope.ts"

/**
 * The call of a method that takes a name.
 *
 * @internal
 */
export const nameCall = <A>(
  bound: Route.Bound,
  { endpoint, location, name }: Place,
  repeat: Call<A>["repeat"],
  read?: Read<A>
): Call<A> => ({ ...bound, name, location, endpoint, repeat, read })

/** @internal */
export const readOperation = ({ binding }: Settings): Read<Operation> => ({
  parse: binding.operationFormat?.operation ?? parseOperation,
  otherwise: "NotAnOperation"
})
