/**
 * How much of what a test repeats it does: all of it in CI, a share on a working day. The one place that reads EFFECT_LRO_TESTS.
 */
export const isFull = process.env["EFFECT_LRO_TESTS"] === "full"

/** All, or a share that is still worth a look. */
export const count = (all: number, share: number): number => isFull ? all : share

/** How often a property is checked: as often as that, or a tenth of it. */
export const repetitions = (all: number): number => count(all, Math.ceil(all / 10))

/** All cases, or every so manyth; the offset makes neighbours take turns. */
export const some = <A>(all: ReadonlyArray<A>, every: number, offset = 0): ReadonlyArray<A> =>
  isFull ? all : all.filter((_, index) => index % every === offset % every)
