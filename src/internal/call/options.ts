import * as Context from "effect/Context"
import type { CallOptions, RetryOptions } from "../../Requests.ts"
import { given } from "../base/given.ts"

/**
 * Ambient options of every call below, partial; between those of the call and those of the layer. Part of the declarations of
 * `Operations`, so it has no mark that would strip it there.
 */
export class CurrentCallOptions
  extends Context.Reference<CurrentCallOptions>()("effect-lro/Operations/CurrentCallOptions", {
    defaultValue: (): Pick<CallOptions, "retry" | "timeout"> => ({})
  })
{}

/**
 * Options of a call over ambient ones, one by one; what is `undefined` gives way.
 *
 * @internal
 */
export const overAmbient = <Options extends CallOptions>(
  ambient: Pick<CallOptions, "retry" | "timeout">,
  options: Options
): Options =>
  ambient.retry === undefined && ambient.timeout === undefined ? options : {
    ...options,
    timeout: options.timeout ?? ambient.timeout,
    retry: overRetry(ambient.retry, options.retry)
  }

const overRetry = (
  ambient: RetryOptions | "none" | undefined,
  own: RetryOptions | "none" | undefined
): RetryOptions | "none" | undefined => {
  if (own === undefined || ambient === undefined || own === "none") return own ?? ambient
  const outer = ambient === "none" ? { attempts: 1 } : ambient
  return { ...outer, ...given(own) }
}
