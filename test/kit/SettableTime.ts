import type { Time } from "./services.ts"

/** The clock of this machine, with a wall time that can be set; and what takes seconds takes as long as it is told. */
export class SettableTime implements Time {
  readonly #sleepers = new Set<{ readonly at: number; readonly wake: () => void }>()
  #passed = 0
  #wall = 0
  readonly millis = () => Date.now() + this.#passed + this.#wall
  readonly nanos = () => process.hrtime.bigint() + BigInt(this.#passed * 1e6)
  timer(millis: number, wake: () => void): () => void {
    if (millis < 1000) {
      const timer = setTimeout(wake, millis)
      return () => clearTimeout(timer)
    }
    const sleeper = { at: this.#passed + millis, wake }
    this.#sleepers.add(sleeper)
    return () => void this.#sleepers.delete(sleeper)
  }
  /** Sets the wall time. */
  jump(millis: number): void {
    this.#wall += millis
  }
  /** Lets time pass. */
  pass(millis: number): void {
    this.#passed += millis
    for (const sleeper of this.#sleepers) {
      if (sleeper.at > this.#passed) continue
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
  }
}
