import * as Effect from "effect/Effect"
import type { Methods } from "../../Client.ts"
import type { WaitOptions } from "../../Requests.ts"
import { makeCancelAndWait } from "./cancelAndWait.ts"
import type { Dependencies } from "./dependencies.ts"
import * as Pace from "./pace.ts"
import { makeUntilDone } from "./untilDone.ts"
import { makeWatch } from "./watch.ts"

/**
 * The waits of a client.
 *
 * @internal
 */
export const makeWait = (dependencies: Dependencies) => ({
  /** Refuses options that no wait could begin with. */
  check: <M, R>(method: string, options: WaitOptions<M, R>) =>
    Effect.asVoid(Pace.resolve(dependencies.settings, options, { method }, undefined)),
  untilDone: makeUntilDone(dependencies) as Methods<string, never>["untilDone"],
  watch: makeWatch(dependencies),
  cancelAndWait: makeCancelAndWait(dependencies) as Methods<string, never>["cancelAndWait"]
})
