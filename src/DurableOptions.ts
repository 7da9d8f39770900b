/**
 * What the starts and waits of `effect-lro/Durable` take: all of it can be stored. `effect-lro/Durable` exports it.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import type { AnyBinding } from "./Binding.ts"
import type * as Operation from "./Operation.ts"
import type * as Polling from "./Polling.ts"
import type { CallOptions } from "./Requests.ts"
import type { StartedBy } from "./Waits.ts"

/**
 * A poll schedule as data: the arguments of `Polling.fixed`, `Polling.exponential` or `Polling.proportional`, or the name of any other
 * one, which the layer of every runner has registered by `schedules`.
 *
 * @since 0.1.0
 * @category options
 */
export type Schedule =
  | { readonly fixed: Duration.DurationInput }
  | { readonly exponential: Parameters<typeof Polling.exponential>[0] }
  | { readonly proportional: Parameters<typeof Polling.proportional>[0] }
  | string

/**
 * What is sent with the calls of a step. Headers are not among it, since they would be stored: those of the layer are sent.
 *
 * @since 0.1.0
 * @category options
 */
export interface Sent extends Pick<CallOptions, "quotaProject" | "errorFormat" | "timeout"> {
  /** @since 0.1.0 */
  readonly headers?: "headers would be stored, secrets and all: give them to the layer" | undefined
}

/**
 * How a step polls: the settings of a plain wait that can be stored. Those of `Polling.withSettings` around the step hold as well, all but the
 * schedule; `Operations.withCallOptions` around a wait gives its `timeout`.
 *
 * @since 0.1.0
 * @category options
 */
export interface Settings extends Sent, Omit<Polling.Settings, "schedule"> {
  /**
   * The delays between polls.
   *
   * @default the polling that Google publishes for the method, else Polling.defaultSchedule
   */
  readonly schedule?: Schedule | undefined
}

/**
 * The options of a start.
 *
 * @since 0.1.0
 * @category options
 */
export interface StartOptions extends Sent {
  /** The name of the step, one for each start of the workflow. It is stored: with another name a running execution starts again. */
  readonly step: string
  /** Says that the call is safe to repeat, also without a request id: a run that finds the attempt of another repeats it. */
  readonly idempotent?: boolean | undefined
  /**
   * The longest time that a failure which passes is answered by another attempt, counted from the first.
   *
   * @default "10 minutes"
   */
  readonly maxOutage?: Duration.DurationInput | undefined
}

/**
 * The options of a wait.
 *
 * @since 0.1.0
 * @category options
 */
export interface WaitOptions extends Settings {
  /** The name of the step, one for each wait of the workflow. It is stored. */
  readonly step: string
  /** The method that started the operation: it decodes the response and sets the default pace. */
  readonly method?: StartedBy<unknown, unknown> | undefined
  /**
   * What `Workflow.interrupt` of the execution does to the operation: leave it running, or send one cancel, for at most five seconds. One
   * that fails goes to the log and is not repeated; where the runner ends before the end of the execution is stored, the next one sends it
   * again. Nothing else cancels: no failure of the workflow, no runner that shuts down or dies.
   *
   * @default "leave"
   */
  readonly onInterrupt?: "leave" | "cancel" | undefined
  /** A wait that another process may go on with can call nobody. */
  readonly onState?:
    | "a durable wait has no onState: another process may poll; watch the reference beside the workflow"
    | undefined
}

/**
 * A Schema for the response; `Any.of` verifies the type of the message.
 *
 * @since 0.1.0
 * @category options
 */
export interface ResponseOption<A, R> {
  readonly response: Operation.ResponseSchema<A, R>
}

/**
 * The method that started the operation: it decodes the response and sets the default pace.
 *
 * @since 0.1.0
 * @category options
 */
export interface MethodOption<W> {
  readonly method: StartedBy<unknown, W>
  /** A Schema here decodes the response. */
  readonly response?: undefined
}

/**
 * A wait that knows nothing of the response: it gives the final state.
 *
 * @since 0.1.0
 * @category options
 */
export interface NoOption {
  readonly method?: undefined
  readonly response?: undefined
}

/**
 * Any tag of a client.
 *
 * @since 0.1.0
 * @category models
 */
export interface AnyTagClass {
  readonly key: string
  readonly binding: AnyBinding
}

/**
 * Poll schedules by names that steps may use.
 *
 * @since 0.1.0
 * @category models
 */
export interface Schedules {
  readonly schedules: {
    readonly [name: string]: NonNullable<Polling.Settings["schedule"]>
  }
}
