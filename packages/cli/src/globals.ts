/** The options that every command that calls a service has. */
import type { LayerOptions } from "effect-lro/Operations"
import type { RateLimit } from "effect-lro/RateLimit"
import * as Context from "effect/Context"

export interface Options {
  readonly service?: string | undefined
  readonly endpoint?: string | undefined
  readonly quotaProject?: string | undefined
  readonly impersonate?: string | undefined
  readonly tokenFile?: string | undefined
  /** `--no-credentials` */
  readonly credentials?: boolean | undefined
  readonly requestsPerMinute?: number | undefined
  readonly verbose?: boolean | undefined
  readonly quiet?: boolean | undefined
}

export class Globals extends Context.Tag("google-lro/Globals")<Globals, Options>() {}

/** What every client of a run is made with; they share the rate. */
export const layerOptions = (
  { endpoint, quotaProject }: Options,
  rateLimit: RateLimit | undefined
): LayerOptions => ({ endpoint, quotaProject, rateLimit })

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** A line for a shell. */
export const shellLine = (words: ReadonlyArray<string>): string => words.map(quoted).join(" ")

/** The same options as words of a command line, for the line that resumes a wait. */
export const words = (options: Options): ReadonlyArray<string> => [
  ...(options.endpoint === undefined ? [] : ["--endpoint", options.endpoint]),
  ...(options.quotaProject === undefined ? [] : ["--quota-project", options.quotaProject]),
  ...(options.impersonate === undefined ? [] : ["--impersonate", options.impersonate]),
  ...(options.tokenFile === undefined ? [] : ["--token-file", options.tokenFile]),
  ...(options.credentials === false ? ["--no-credentials"] : []),
  ...(options.requestsPerMinute === undefined
    ? []
    : ["--requests-per-minute", String(options.requestsPerMinute)])
]
