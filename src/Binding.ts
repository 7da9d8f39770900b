/**
 * Bindings: which methods of google.longrunning.Operations, or of operations of its own, a service version serves, and where. Plain
 * data, but for what few services have: wait, and a format of operations of their own.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import type { OperationFormat } from "./OperationFormat.ts"

/**
 * The methods of google.longrunning.Operations.
 *
 * @since 0.1.0
 * @category bindings
 */
export type MethodName = "get" | "list" | "cancel" | "delete" | "wait"

/**
 * Names that get asks about by an rpc of the service's own: a POST to what the operation belongs to, with the name in the body.
 *
 * @since 0.1.0
 * @category bindings
 */
export interface NamedInBody {
  /** The full name of the rpc. */
  readonly rpc: string
  /** The pattern of the names, `projects/*\/locations/*\/publishers/*\/models/*\/operations/*`. */
  readonly name: string
  /** The path template; its variable is the front of the name. */
  readonly template: string
  /** The field of the body that has the name. */
  readonly field: string
}

/**
 * Where a method is served (google.api.http).
 *
 * @since 0.1.0
 * @category bindings
 */
export interface MethodRule {
  readonly verb: "GET" | "POST" | "DELETE"
  /** Path templates, version included. Of several, the one that fits the name is used. */
  readonly templates: readonly [string, ...ReadonlyArray<string>]
  /** `"*"`: the request carries `{}`; left out: no body at all. */
  readonly body?: "*"
  /** The templates whose body is another one than `body`. */
  readonly bodies?: { readonly [template: string]: "*" | "none" }
  /** For get: names that another rpc is asked about. */
  readonly namedInBody?: ReadonlyArray<NamedInBody>
  /** No rule is published for the method, and nothing shows that the service serves it there: a client does not have it. */
  readonly unverified?: true
  /** For list: the service refuses a list without a filter. */
  readonly filter?: "required"
  /**
   * For list: the filter that the service documents for operations that still run; and what it charges for each operation that a filter leaves
   * out, in requests.
   */
  readonly running?: { readonly filter: string; readonly overhead?: number }
  /** The full names of the rpcs behind the templates, where it is not the one of google.longrunning.Operations. */
  readonly rpcs?: { readonly [template: string]: string }
}

/**
 * Where wait is served, as `Operations.waitRule` makes it.
 *
 * @since 0.1.0
 * @category bindings
 */
export interface WaitRule extends MethodRule {
  /** The server holds every reply for so long, and takes no time-out. */
  readonly hold?: Duration.DurationInput
  /** What sends it, and lets the server hold polls. */
  readonly "~wait": object
}

/**
 * Which methods a service version serves, and where.
 *
 * @since 0.1.0
 * @category bindings
 */
export interface AnyBinding {
  /** The service's host name, `networkconnectivity.googleapis.com`; also its identity. */
  readonly service: string
  /** The API version, `v1`. */
  readonly version: string
  /**
   * The base URL.
   *
   * @default "https://<service>"
   */
  readonly host?: string
  /** The published OAuth scopes. They are alternatives, not a set. */
  readonly scopes: ReadonlyArray<string>
  readonly methods: {
    readonly get?: MethodRule
    readonly list?: MethodRule
    readonly cancel?: MethodRule
    readonly delete?: MethodRule
    readonly wait?: WaitRule
  }
  /** How the service writes operations that are not google.longrunning.Operation. */
  readonly operationFormat?: OperationFormat
}
