/** What the formats of Compute Engine, GKE and Cloud SQL have in common. */
import type { AnyMethod } from "../../Method.ts"
import type { Operation } from "../../Operation.ts"
import * as OperationFormat from "../../OperationFormat.ts"
import { fits, parse } from "../names/pathTemplate.ts"
import { problem } from "../names/resourceName.ts"
import { reasonIn } from "./advice.ts"
import { lastOf } from "./links.ts"
import { linked, nameOf, type Naming, Unknown } from "./names.ts"
import { remedyOf } from "./remedy.ts"
import { target } from "./target.ts"

type Json = { readonly [key: string]: unknown }

/**
 * How one of the three services differs from the others.
 *
 * @internal
 */
export interface Service extends
  Pick<
    OperationFormat.Options,
    "page" | "maxPageSize" | "parameters" | "polling" | "query" | "advice"
  >
{
  readonly naming: Naming
  /** What stands before names in paths: `/v1/`. */
  readonly prefix: string
  /** `compute#operation`, where operations have a kind. */
  readonly kind: string | undefined
  /** Whether an object of that kind, or of none, is an operation. */
  readonly isOperation: (raw: Json) => boolean
  /** The number of `DONE`. */
  readonly done: number
  /** The google.rpc.Status of an operation that is done, if it failed. */
  readonly failure: (raw: Json) => Json | undefined
}

/** @internal */
export const make = <List extends { readonly name: string }>(
  service: Service
): OperationFormat.TargetFormat<List> => {
  const { naming, prefix } = service
  const hint = (name: string): string | undefined => {
    const meant = linked(naming, name)
    return meant === name ? undefined : meant
  }
  const format = OperationFormat.make<List>({
    operation: (raw, context) => operationOf(service, raw, context),
    page: service.page,
    maxPageSize: service.maxPageSize,
    parameters: service.parameters,
    query: service.query,
    hint,
    advice: (status, httpStatus) =>
      service.advice?.(status, httpStatus) ?? remedyOf(reasonIn(status), status.message),
    refuse: (method, request) => linkIn(method, request, hint) ?? zeroIn(method, request),
    polling: service.polling,
    notFoundGrace: "10 seconds"
  })
  return { ...format, "~target": target(naming, prefix) }
}

const operationOf = (
  service: Service,
  raw: Json,
  context: OperationFormat.Context
): Operation | string => {
  const { kind, status } = raw
  if (kind !== undefined && kind !== null && kind !== service.kind) {
    return `it is of kind ${String(kind)}`
  }
  if ("done" in raw && status === undefined) {
    return "it looks like a google.longrunning.Operation, which this service has none of"
  }
  if (!service.isOperation(raw)) return "the object has no field of an operation"
  const name = nameOf(service.naming, raw, context)
  if (name instanceof Unknown) return `the operation's ${name.part} is not known`
  if (status !== "DONE" && Number(status ?? NaN) !== service.done) {
    return { name, done: false, metadata: raw }
  }
  const error = service.failure(raw)
  return {
    name,
    done: true,
    metadata: raw,
    ...(error === undefined ? { response: raw } : { error })
  }
}

/** A link where one segment of it, or the name in it, is wanted. */
const linkIn = (
  method: AnyMethod,
  request: Json,
  hint: (name: string) => string | undefined
): OperationFormat.Refusal | undefined => {
  for (const template of method.templates) {
    const { literals, variables } = parse(template)
    for (const [i, variable] of variables.entries()) {
      const value = request[variable.field]
      if (typeof value !== "string" || !value.includes("/") || fits(variable, value)) continue
      const collection = /(\w+)\/$/.exec(literals[i] ?? "")?.[1] ?? ""
      const meant = variable.segments.length > 1
        ? hint(value)
        : value.split("/").at(-2) === collection
        ? lastOf(value)
        : undefined
      return {
        argument: variable.field,
        problem: problem(value) ?? "does not fit",
        hint: meant !== undefined && fits(variable, meant) ? meant : undefined
      }
    }
  }
  return undefined
}

const zeroIn = (
  { idempotencyField: argument }: AnyMethod,
  request: Json
): OperationFormat.Refusal | undefined => {
  const id = argument === undefined ? undefined : request[argument]
  return argument !== undefined && typeof id === "string" && /^[0-]+$/.test(id)
    ? { argument, problem: "is the zero UUID, which the service does not take" }
    : undefined
}
