/** The metadata that a started operation shows unless a script says so: those fields of the method's own message that mean something here. */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as SchemaAST from "effect/SchemaAST"
import * as Any from "../../Any.ts"
import type * as Operations from "../../Operations.ts"
import * as ProtoJson from "../../ProtoJson.ts"
import type * as Testing from "../../testing.ts"
import type * as Catalogue from "../services/catalogue.ts"

/** The Schema of the message itself, also where it is wrapped in an Any. */
const messageAst = (method: Operations.AnyMethod): SchemaAST.AST => {
  const { ast } = method.metadata
  return Any.isOf(method.metadata) && SchemaAST.isTransformation(ast) ? ast.to : ast
}

/**
 * The type name that a method declares for its metadata.
 *
 * @internal
 */
export const metadataType = (
  { methods }: Catalogue.Catalogue,
  method: Operations.AnyMethod
): string => {
  const { metadata } = method
  if (metadata === ProtoJson.AnyValue) return any
  return methods.get(method.rpc)?.metadata ?? Option.getOrElse(
    SchemaAST.getIdentifierAnnotation(SchemaAST.typeAST(messageAst(method))),
    () => `${method.rpc.split(".").slice(0, -2).join(".")}.OperationMetadata`
  )
}

const any = "google.protobuf.Any"

const schemaFields = (method: Operations.AnyMethod): ReadonlySet<string> =>
  new Set(
    SchemaAST.getPropertySignatures(SchemaAST.typeAST(messageAst(method))).map(({ name }) =>
      String(name)
    )
  )

/** What is known of a call while it runs. */
interface Known {
  readonly call: Testing.StartCall
  readonly script: Testing.Script
  readonly progress: Testing.Progress
}

const words = {
  running: ["RUNNING", "IN_PROGRESS", "PROCESSING", "WORKING", "EXECUTING", "STARTED", "ACTIVE"],
  succeeded: ["SUCCEEDED", "SUCCESS", "SUCCESSFUL", "DONE", "COMPLETED", "COMPLETE", "FINISHED"],
  failed: ["FAILED", "FAILURE", "ERROR"],
  cancelling: ["CANCELLING", "CANCELING"],
  cancelled: ["CANCELLED", "CANCELED"]
}

const wordsOf = ({ progress, script }: Known): ReadonlyArray<string> => {
  const { cancelRequested, done, elapsed } = progress
  if (!done) return cancelRequested ? [...words.cancelling, ...words.running] : words.running
  return cancelRequested && Duration.lessThan(elapsed, script.after)
    ? [...words.cancelled, ...words.failed]
    : script.result._tag === "Error"
    ? words.failed
    : words.succeeded
}

/** The value of an enum that says it best: `SUCCEEDED`, else `STATE_SUCCEEDED`. */
const stateIn = ({ values }: Catalogue.Enum, wanted: ReadonlyArray<string>): string | undefined => {
  const names = Array.from(values.keys())
  return wanted.find((word) => values.has(word)) ??
    wanted.flatMap((word) => names.filter((name) => name.endsWith(`_${word}`)))
      .sort((a, b) => a.length - b.length)[0]
}

const verbOf = (rpc: string): string | undefined =>
  /[^.]+$/.exec(rpc)?.[0].replace(/^([A-Z]?[a-z]+).*$/, "$1").toLowerCase()

/** What fields of these names mean in the metadata of Google's services. */
const valuesOf = ({ call, progress }: Known): Testing.JsonObject => {
  const { name, parent, serviceName } = call.request
  const service = typeof serviceName === "string"
    ? serviceName
    : Reflect.get(Object(call.request["service"]), "serviceName")
  const started = DateTime.formatIso(progress.startedAt)
  const percent = Math.floor(progress.fraction * 100) || undefined
  const cancelled = progress.cancelRequested || undefined
  return {
    createTime: started,
    startTime: started,
    endTime: Option.getOrUndefined(Option.map(progress.endedAt, DateTime.formatIso)),
    target: call.response["name"] ?? name ?? parent,
    verb: verbOf(call.rpc),
    apiVersion: call.version,
    requestedCancellation: cancelled,
    cancelRequested: cancelled,
    isCancellationRequested: cancelled,
    progressPercentage: percent,
    progressPercent: percent,
    resourceNames: typeof service === "string" ? [`services/${service}`] : undefined
  }
}

/** A value that a field of such a type can hold. */
const holds = ({ shape, type }: Catalogue.Field, value: unknown): boolean => {
  if (Array.isArray(value)) return shape === "list" && type.name === "string"
  if (shape !== "one") return false
  if (typeof value === "number") return /^(?:u?int\d+|float|double)$/.test(type.name)
  if (typeof value === "boolean") return type.name === "bool"
  return type.name === "string" || type.name === "google.protobuf.Timestamp"
}

const isState = (name: string): boolean => /^(?:state|status)$|State$/.test(name)

const filled = (
  catalogue: Catalogue.Catalogue,
  message: Catalogue.Message,
  known: Known
): Testing.JsonObject => {
  const { call } = known
  const values = valuesOf(known)
  const { "@type": _, ...resource } = call.response
  const entries = Array.from(message.fields, ([name, field]): readonly [string, unknown] => {
    const { shape, type } = field
    const states = catalogue.enums.get(type.name)
    const part = catalogue.messages.get(type.name)
    if (states !== undefined) {
      return [name, isState(name) && shape === "one" ? stateIn(states, wordsOf(known)) : undefined]
    }
    if (part === undefined) return [name, holds(field, values[name]) ? values[name] : undefined]
    if (shape !== "one") return [name, undefined]
    if (type.name === call.responseType) return [name, resource]
    // What services have in common is in a message of its own: `genericMetadata`, `commonMetadata`. One of several is of another method.
    const isCommon = name.endsWith("Metadata") && part !== message && field.oneOf === undefined
    return [name, isCommon ? filled(catalogue, part, known) : undefined]
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/**
 * @internal
 */
export const metadataOf = (
  catalogue: Catalogue.Catalogue,
  method: Operations.AnyMethod,
  call: Testing.StartCall,
  script: Testing.Script
): Testing.Metadata | "none" => {
  // Nobody knows which message it is.
  if (call.metadataType === any) return "none"
  const type = { "@type": `type.googleapis.com/${call.metadataType}` }
  const message = catalogue.messages.get(call.metadataType)
  const fields = message === undefined ? schemaFields(method) : new Set<string>()
  return (progress: Testing.Progress): Testing.AnyMessage => {
    const known = { call, script, progress }
    // Some services show the resource itself.
    if (call.metadataType === call.responseType) return { ...call.response, ...type }
    return {
      ...type,
      ...(message === undefined
        ? Object.fromEntries(
          Object.entries(valuesOf(known)).filter(([field, value]) =>
            fields.has(field) && value !== undefined
          )
        )
        : filled(catalogue, message, known))
    }
  }
}
