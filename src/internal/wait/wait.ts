import * as Effect from "effect/Effect"
import type { Methods } from "../../Client.ts"
import type { WaitOptions } from "../../Requests.ts"
import { makeCancelAndWait } from "./cancelAndWait.ts"
import type { Dependencies } from "./dependencies.ts"
import { makeLook } from "./look.ts"
import * as Pace from "./pace.ts"
import type { Get } from "./poll.ts"
import { makeUntilDone, makeUntilFinal } from "./untilDone.ts"
import { makeWatch } from "./watch.ts"

type Waits = Pick<
  Methods<string, never>,
  "cancelAndWait" | "poll" | "untilDone" | "untilFinal" | "watch"
>

/**
 * The waits of a client.
 *
 * @internal
 */
export const makeWait = (dependencies: Dependencies, get: Get) => {
  const untilDone = makeUntilDone(dependencies)
  const untilFinal = makeUntilFinal(dependencies)
  return {
    /** Refuses options that no wait could begin with. */
    check: (method: string, options: WaitOptions<never>) =>
      Effect.asVoid(Pace.resolve(dependencies.settings, options, { method }, undefined)),
    untilDone,
    untilFinal,
    /** As their targets and options type them. */
    methods: {
      poll: makeLook(dependencies, get),
      untilDone,
      untilFinal,
      watch: makeWatch(dependencies),
      cancelAndWait: makeCancelAndWait(dependencies)
    } as Waits
  }
}
