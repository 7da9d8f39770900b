/** Fibers: how one ends, and which are left. Only this file knows how Effect spells it. */
import { Effect, type Exit, Fiber, FiberId, Layer, Scheduler } from "effect"

/** Interrupts a fiber and gives its exit. */
export const interruptAndAwait: <A, E>(
  fiber: Fiber.RuntimeFiber<A, E>
) => Effect.Effect<Exit.Exit<A, E>> = Fiber.interrupt

/**
 * The ids of the fibers that live in a layer or an effect, but for the one that asks. A scheduler is asked by every fiber that runs,
 * wherever it was forked; a supervisor is one major's only, and what it adds to a fiber stays there.
 */
export const census = () => {
  const living = new Set<number>()
  let last: unknown
  const { scheduleTask, shouldYield } = Scheduler.defaultScheduler
  const layer = Layer.setScheduler(
    Scheduler.make(
      scheduleTask.bind(Scheduler.defaultScheduler),
      (fiber) => {
        // Asked before every step: mostly the same fiber.
        if (fiber !== last) {
          last = fiber
          const { id } = fiber.id()
          if (!living.has(id)) {
            living.add(id)
            fiber.addObserver(() => living.delete(id))
          }
        }
        return shouldYield.call(Scheduler.defaultScheduler, fiber)
      }
    )
  )
  const others = Effect.withFiberRuntime<ReadonlyArray<number>>((fiber) =>
    Effect.succeed(Array.from(living).filter((id) => id !== fiber.id().id))
  )
  return { others, layer }
}

/** Interrupts an effect where it yields before a step, counted with those of its fibers; gives whether it then ends. */
export const interruptedBefore = async <A, E>(
  step: number,
  effect: Effect.Effect<A, E>
): Promise<boolean> => {
  const tasks: Array<() => void> = []
  let steps = 0
  const fiber = Effect.runFork(effect, {
    scheduler: {
      scheduleTask: (task) => void tasks.push(task),
      shouldYield: () => ++steps === step ? 1 : false
    }
  })
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    task()
    if (steps >= step) break
  }
  fiber.unsafeInterruptAsFork(FiberId.none)
  // The interruption goes from fiber to fiber, each in a turn of its own.
  for (let turn = 0; turn < 10; turn++) {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task()
    // One turn after the other.
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((done) => setTimeout(done, 1))
  }
  return fiber.unsafePoll() !== null
}
