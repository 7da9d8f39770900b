import { Effect } from "effect"
import * as Inspector from "node:inspector/promises"

/** A sample is taken about every so many bytes: a few thousand samples are exact to some percent. */
const samplingInterval = 512

const sum = (node: Inspector.HeapProfiler.SamplingHeapProfileNode): number =>
  node.selfSize + node.children.reduce((all, child) => all + sum(child), 0)

/** How many bytes of heap an effect takes in all, collected again or not: a count that no other load of the machine changes. */
export const allocated = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<number, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const session = new Inspector.Session()
      session.connect()
      return session
    }),
    (session) =>
      Effect.gen(function*() {
        yield* Effect.promise(() =>
          session.post("HeapProfiler.startSampling", {
            samplingInterval,
            includeObjectsCollectedByMajorGC: true,
            includeObjectsCollectedByMinorGC: true
          })
        )
        yield* effect
        const { profile } = yield* Effect.promise(() => session.post("HeapProfiler.stopSampling"))
        return sum(profile.head)
      }),
    (session) => Effect.sync(() => session.disconnect())
  )
