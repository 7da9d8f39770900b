import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type * as Testing from "../../testing.ts"
import { isRpc, type Match, selects } from "./routes.ts"
import type { AnyScript } from "./scripted.ts"
import type { Entry } from "./state.ts"

/** Something scripted for a number of requests. */
interface Scripted<A> {
  readonly value: A
  remaining: number
}

const takeFirst = <A>(
  scripted: Array<Scripted<A>>,
  picks: (value: A) => boolean
): A | undefined => {
  const found = scripted.find((item) => item.remaining > 0 && picks(item.value))
  if (found !== undefined) found.remaining -= 1
  return found?.value
}

/** @internal */
export type StartScript = AnyScript | ((call: Testing.StartCall) => AnyScript)

/**
 * All that changes in a server. Each method is one synchronous step.
 *
 * @internal
 */
export class Store {
  readonly requests: Array<Testing.RecordedRequest> = []
  private readonly entries: Array<Entry | undefined> = []
  private readonly positions = new Map<string, number>()
  private readonly faults: Array<Scripted<{ selector: Testing.Selector; fault: Testing.Fault }>> =
    []
  private readonly starts: Array<Scripted<{ rpc: string; script: StartScript }>> = []
  private readonly lasting: Array<{ rpc: string; script: StartScript }> = []
  private readonly replies = new Map<
    string,
    { readonly at: number; readonly reply: Testing.JsonObject }
  >()
  // Only there while somebody waits for a change.
  private changed: Deferred.Deferred<void> | undefined
  private count = 0

  /** A number for the next operation. */
  nextId(): number {
    this.count += 1
    return this.count
  }

  private key(service: string | undefined, name: string): string {
    return `${service ?? ""} ${name}`
  }

  put(entry: Entry): void {
    const key = this.key(entry.service, entry.name)
    const before = this.positions.get(key)
    if (before !== undefined) this.entries[before] = undefined
    this.positions.set(key, this.entries.length)
    this.entries.push(entry)
    this.notify()
  }

  /** The operation of this name in a service. */
  find(service: string, name: string): Entry | undefined {
    const position = this.positions.get(this.key(service, name)) ??
      this.positions.get(this.key(undefined, name))
    return position === undefined ? undefined : this.entries[position]
  }

  update(entry: Entry): void {
    const position = this.positions.get(this.key(entry.service, entry.name))
    if (position !== undefined) this.entries[position] = entry
    this.notify()
  }

  remove(entry: Entry): void {
    const key = this.key(entry.service, entry.name)
    const position = this.positions.get(key)
    if (position !== undefined) this.entries[position] = undefined
    this.positions.delete(key)
    this.notify()
  }

  /** The operations in the order of their start. Positions are stable, removed operations leave a gap. */
  all(): ReadonlyArray<Entry | undefined> {
    return this.entries
  }

  private notify(): void {
    if (this.changed !== undefined) Deferred.unsafeDone(this.changed, Effect.void)
    this.changed = undefined
  }

  /** Ends at the next change of an operation after this call. */
  nextChange(): Effect.Effect<void> {
    this.changed ??= Deferred.unsafeMake<void>(FiberId.none)
    return Deferred.await(this.changed)
  }

  addFault(selector: Testing.Selector, fault: Testing.Fault, times: number): void {
    this.faults.push({ value: { selector, fault }, remaining: times })
  }

  takeFault(found: Match | undefined): Testing.Fault | undefined {
    return takeFirst(this.faults, ({ selector }) => selects(selector, found))?.fault
  }

  unusedFaults(): number {
    return this.faults
      .map(({ remaining }) => Number.isFinite(remaining) ? remaining : 0)
      .reduce((sum, remaining) => sum + remaining, 0)
  }

  addScript(rpc: string, script: StartScript, times: number | undefined): void {
    if (times === undefined) this.lasting.unshift({ rpc, script })
    else this.starts.push({ value: { rpc, script }, remaining: times })
  }

  takeScript(rpc: string): StartScript | undefined {
    return (takeFirst(this.starts, (start) => isRpc(rpc, start.rpc)) ??
      this.lasting.find((start) => isRpc(rpc, start.rpc)))?.script
  }

  /** The reply that a request id got within the window. */
  replyTo(
    requestId: string,
    now: number,
    window: Duration.Duration
  ): Testing.JsonObject | undefined {
    const known = this.replies.get(requestId)
    return known !== undefined && now - known.at < Duration.toMillis(window)
      ? known.reply
      : undefined
  }

  remember(requestId: string, at: number, reply: Testing.JsonObject): void {
    this.replies.set(requestId, { at, reply })
  }
}
