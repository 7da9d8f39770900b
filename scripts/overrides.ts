/**
 * What the published files do not say, or say wrongly. Every entry names its source and is reviewed by hand; the generator fails on
 * an entry that no longer applies.
 */
import type { Verb } from "./generate/serviceConfig.ts"

export type OperationsMethod = "get" | "list" | "cancel" | "delete" | "wait"

export type Override =
  & {
    /** `<host>/<version>` */
    readonly service: string
    /** Where it is published, and why it is right. */
    readonly source: string
  }
  & (
    /** A method of google.longrunning.Operations that the service config does not bind. */
    | {
      readonly kind: "method"
      readonly method: OperationsMethod
      readonly verb: Verb
      readonly templates: readonly [string, ...ReadonlyArray<string>]
      readonly body?: "*"
    }
    /** The service refuses a list without a filter. */
    | { readonly kind: "filterRequired" }
    /** A published template outside the version's own path that no template under the version stands for. */
    | { readonly kind: "template"; readonly method: OperationsMethod; readonly template: string }
    /** The name of the tag, where the API's title makes no good one. */
    | { readonly kind: "tag"; readonly tag: string }
    /** A request field whose field behaviour is wrong or missing. */
    | {
      readonly kind: "required"
      readonly rpc: string
      readonly field: string
      readonly required: boolean
    }
  )

export const overrides: ReadonlyArray<Override> = [
  {
    kind: "method",
    service: "servicemanagement.googleapis.com/v1",
    method: "get",
    verb: "GET",
    templates: ["/v1/{name=operations/**}"],
    source:
      "The service config binds list only; get keeps the default mapping of google/longrunning/operations.proto. The " +
      "discovery document (revision 20260406) publishes it: GET v1/{+name}, ^operations/.*$."
  },
  {
    kind: "filterRequired",
    service: "servicemanagement.googleapis.com/v1",
    source: "Reference page of operations.list: the field serviceName of the filter is required."
  }
]
