import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"

const turn = Effect.async<void>((resume) => void setImmediate(resume, Effect.void))

/** Enough for what is due to happen, and for what follows from it, where nothing comes by a socket. */
const settled = Effect.repeatN(turn, 2)

/** What TestClock does of its own before it moves on, by turns of the event loop. */
export const byTurns = { awaitSuspended: (): Effect.Effect<void> => settled }

export const layer: Layer.Layer<never> = Layer.unwrapEffect(Effect.map(Effect.clock, (clock) => {
  if (!Predicate.hasProperty(clock, "awaitSuspended")) {
    return Layer.die(
      new Error("Testing.layerTestClock is given no TestClock: provide TestContext to it")
    )
  }
  // Browsers have no turns, so there it stays as it is.
  return "setImmediate" in globalThis
    ? Layer.setClock(Object.assign(Object.create(clock), byTurns))
    : Layer.empty
}))
