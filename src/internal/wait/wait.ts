import * as Effect from "effect/Effect"
import type { WaitOptions } from "../../Waits.ts"
import { makeCancelAndWait } from "./cancelAndWait.ts"
import type { Dependencies } from "./dependencies.ts"
import { makeLook } from "./look.ts"
import * as Pace from "./pace.ts"
import type { Get } from "./poll.ts"
import { makeUntilDone, makeUntilFinal } from "./untilDone.ts"
import { makeWatch } from "./watch.ts"

/**
 * The waits of a client; what they give is as their targets and options type it.
 *
 * @internal
 */
export const makeWait = (dependencies: Dependencies, get: Get) => ({
  /** Refuses options that no wait could begin with. */
  check: (method: string, options: WaitOptions<never>) =>
    Effect.asVoid(Pace.resolve(dependencies.settings, options, { method }, undefined)),
  poll: makeLook(dependencies, get),
  untilDone: makeUntilDone(dependencies),
  untilFinal: makeUntilFinal(dependencies),
  watch: makeWatch(dependencies),
  cancelAndWait: makeCancelAndWait(dependencies)
})
