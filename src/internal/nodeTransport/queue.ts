/**
 * Somebody who wants one of the places of a {@link Queue}.
 *
 * @internal
 */
export interface Caller {
  /** There is a place. It is kept until {@link Queue.leave}. */
  readonly begin: () => void
}

/**
 * Who waits for a connection to one origin, in turn. undici has a queue, too: what is given up there costs the connection that it
 * would have had, and nobody learns when a wait in it ends.
 *
 * @internal
 */
export class Queue {
  #places: number
  #taken = 0
  readonly #callers = new Set<Caller>()

  constructor(places: number) {
    this.#places = places
  }

  set places(places: number) {
    this.#places = places
    this.#admit()
  }

  /** Begins at once where there is a place, else when its turn has come. */
  enter(caller: Caller): void {
    this.#callers.add(caller)
    this.#admit()
  }

  /** Gives up a turn that has not come. */
  abandon(caller: Caller): void {
    this.#callers.delete(caller)
  }

  /** Gives a place back. Not taken at once: undici says that a call has ended before it is ready for another one. */
  leave(): void {
    this.#taken--
    if (this.#callers.size > 0) queueMicrotask(() => this.#admit())
  }

  #admit(): void {
    for (const caller of this.#callers) {
      if (this.#taken >= this.#places) return
      this.#callers.delete(caller)
      this.#taken++
      caller.begin()
    }
  }
}
