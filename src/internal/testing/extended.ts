/** Operations as Compute Engine, GKE and Cloud SQL write them, where the server stores them in one form. */
import * as DateTime from "effect/DateTime"
import * as Hash from "effect/Hash"
import * as Code from "../../Code.ts"
import type * as Testing from "../../testing.ts"
import { isObject } from "../base/json.ts"
import { encodeSegment } from "../names/pathTemplate.ts"
import type { Match } from "./routes.ts"
import type { Entry, Origin } from "./state.ts"

type Json = Testing.JsonObject

/**
 * How one of the services writes.
 *
 * @internal
 */
export interface Dialect {
  /** Errors of calls without a status: the first format of Google's errors. */
  readonly errors: "v1" | "v2"
  /** The full name of the operation's message. */
  readonly message: string
  /** What get, delete and cancel take in the query. */
  readonly query: ReadonlyArray<string>
  /** An operation as it is stored, written. */
  readonly write: (operation: Json, entry: Entry) => Json
  /** Whether a name, which has another form, means a stored operation. */
  readonly isSame: (name: string, entry: Entry) => boolean
  readonly originOf: (found: Match, message: Json, requestId: string | undefined) => Origin
}

/** A name as it stands in a link. */
const encoded = (name: string): string => name.split("/").map(encodeSegment).join("/")

const lastOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1)

const segmentAfter = (name: string, collection: string): string | undefined => {
  const segments = name.split("/")
  const at = segments.indexOf(collection)
  return at < 0 ? undefined : segments[at + 1]
}

/** An id as Compute Engine gives them: beyond what a number holds. */
const numberOf = (text: string): string =>
  String(9_000_000_000_000_000_000n + BigInt(Hash.string(text) >>> 0))

const timesOf = (entry: Entry, done: boolean): Json => {
  const at = DateTime.formatIso(DateTime.unsafeMake(entry.startedAt))
  return {
    insertTime: at,
    startTime: at,
    ...(done ? { endTime: at } : undefined)
  }
}

/** What a script's own metadata says stands above all. */
const scriptedFields = ({ metadata }: Json): Json => {
  if (!isObject(metadata)) return {}
  const { "@type": _, ...fields } = metadata
  return fields
}

const statusOf = (operation: Json): "DONE" | "RUNNING" =>
  operation["done"] === true ? "DONE" : "RUNNING"

interface Failure {
  readonly code: Code.Code
  /** The documented error code, where the script has one. */
  readonly reason: string
  readonly message: unknown
  readonly details: ReadonlyArray<Json>
}

const isOf = (detail: Json, name: string): boolean =>
  detail["@type"] === `type.googleapis.com/google.rpc.${name}`

const failureOf = ({ error }: Json): Failure | undefined => {
  if (!isObject(error)) return undefined
  const code = Code.fromNumber(Number(error["code"] ?? 2))
  const details = Array.isArray(error["details"]) ? error["details"].filter(isObject) : []
  const reason = details.find((detail) => isOf(detail, "ErrorInfo"))?.["reason"]
  return {
    code,
    reason: typeof reason === "string" ? reason : code,
    message: error["message"] ?? "",
    details
  }
}

/** The error details of Compute Engine that a google.rpc detail is. */
const errorDetail = (detail: Json): ReadonlyArray<Json> => {
  const { "@type": _, ...fields } = detail
  if (isOf(detail, "Help")) return [{ help: fields }]
  if (isOf(detail, "LocalizedMessage")) return [{ localizedMessage: fields }]
  if (isOf(detail, "ErrorInfo")) {
    const { domain, metadata, reason } = fields
    return [{ errorInfo: { reason, domain, metadatas: metadata } }]
  }
  const violations = isOf(detail, "QuotaFailure") ? fields["violations"] : undefined
  return (Array.isArray(violations) ? violations.filter(isObject) : []).map((violation) => ({
    quotaInfo: {
      metricName: violation["quotaMetric"],
      limitName: violation["quotaId"],
      dimensions: violation["quotaDimensions"],
      limit: violation["quotaValue"] === undefined ? undefined : Number(violation["quotaValue"])
    }
  }))
}

const verbOf = (rpc: string): string => lastOf(rpc.replaceAll(".", "/"))

/** `CreateNodePool` to `CREATE_NODE_POOL`. */
const upperSnake = (text: string): string =>
  text.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase()

/** The path of a start, from `projects/` or `locations/` on, without a verb of its own at the end. */
const pathOf = ({ route, variables }: Match): string =>
  route.template.literals.reduce((path, literal, i) => {
    const variable = route.template.variables[i]
    return `${path}${literal}${variable === undefined ? "" : variables[variable.field] ?? ""}`
  }, "").replace(/^\/(?:compute\/)?v1\//, "").replace(/:\w+$/, "")

/** The resource below a collection that is the path, or the one in the path before a verb. */
const resourceIn = (
  path: string,
  isInsert: boolean,
  id: string | undefined
): string | undefined => {
  if (isInsert) return id === undefined ? undefined : `${path}/${id}`
  const segments = path.split("/")
  const front = /^projects\/[^/]+\/(?:zones|regions|locations)\//.test(path)
    ? 4
    : /^projects\/[^/]+\/global\//.test(path)
    ? 3
    : 2
  const rest = segments.slice(front)
  return rest.length < 2
    ? undefined
    : segments.slice(0, front + rest.length - rest.length % 2).join("/")
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

const bodyIn = ({ route: { start } }: Match, message: Json): Json => {
  const body = start?.body === undefined || start.body === "*" ? undefined : message[start.body]
  return isObject(body) ? body : {}
}

const compute: Dialect = {
  errors: "v1",
  message: "google.cloud.compute.v1.Operation",
  query: ["parentId"],
  write: (operation, entry) => {
    const { name, origin } = entry
    const failure = failureOf(operation)
    const front = "https://www.googleapis.com/compute/v1/"
    const scope = /^projects\/[^/]+\/(zone|region)s\/[^/]+/.exec(name)
    const done = statusOf(operation) === "DONE"
    return {
      kind: "compute#operation",
      id: numberOf(name),
      name: lastOf(name),
      ...(origin === undefined ? undefined : {
        operationType: origin.operationType,
        ...(origin.requestId === undefined ? undefined : { clientOperationId: origin.requestId }),
        ...(origin.target === undefined ? undefined : {
          targetLink: `${front}${encoded(origin.target)}`,
          targetId: numberOf(origin.target)
        })
      }),
      ...(scope === null ? undefined : { [String(scope[1])]: `${front}${encoded(scope[0])}` }),
      status: statusOf(operation),
      progress: done ? 100 : 0,
      ...timesOf(entry, done),
      selfLink: `${front}${encoded(name)}`,
      ...(failure === undefined ? undefined : {
        error: {
          errors: [{
            code: failure.reason,
            message: failure.message,
            ...(failure.details.length === 0
              ? undefined
              : { errorDetails: failure.details.flatMap(errorDetail) })
          }]
        },
        httpErrorStatusCode: Code.httpStatus(failure.code),
        httpErrorMessage: failure.code.replaceAll("_", " ")
      }),
      ...scriptedFields(operation)
    }
  },
  isSame: (name, entry) =>
    name.slice(0, -lastOf(name).length) + numberOf(entry.name) === name &&
    name.slice(0, -lastOf(name).length) === entry.name.slice(0, -lastOf(entry.name).length),
  originOf: (found, message, requestId) => {
    const verb = verbOf(found.route.start?.rpc ?? "")
    const path = pathOf(found)
    const body = bodyIn(found, message)
    const isInsert = verb === "Insert"
    const id = text(body["name"])
    const target = resourceIn(path, isInsert, id)
    const kind = (found.route.start?.rpc ?? "").split(".").at(-2) ?? ""
    const lower = kind.charAt(0).toLowerCase() + kind.slice(1)
    return {
      operationType: verb.charAt(0).toLowerCase() + verb.slice(1),
      target,
      requestId,
      resource: isInsert && target !== undefined
        ? {
          kind: `compute#${lower.replace(/ies$/, "y").replace(/s$/, "")}`,
          id: numberOf(target),
          ...body,
          selfLink: `https://www.googleapis.com/compute/v1/${target}`
        }
        : undefined
    }
  }
}

/** A project has a number, too, and links have that. */
const projectNumber = (name: string): string =>
  String(100_000_000_000 + (Hash.string(segmentAfter(name, "projects") ?? "") >>> 0))

const withZones = (name: string): string =>
  name.replace(/^projects\/[^/]+\/locations\//, `projects/${projectNumber(name)}/zones/`)

const gke: Dialect = {
  errors: "v2",
  message: "google.container.v1.Operation",
  query: [],
  write: (operation, entry) => {
    const { name, origin } = entry
    const failure = failureOf(operation)
    const front = "https://container.googleapis.com/v1/"
    const location = segmentAfter(name, "locations") ?? "-"
    const { endTime, startTime } = timesOf(entry, statusOf(operation) === "DONE")
    return {
      name: lastOf(name),
      zone: location,
      location,
      operationType: origin?.operationType ?? "UPDATE_CLUSTER",
      status: statusOf(operation),
      startTime,
      ...(endTime === undefined ? undefined : { endTime }),
      selfLink: `${front}${encoded(withZones(name))}`,
      ...(origin?.target === undefined
        ? undefined
        : { targetLink: `${front}${encoded(withZones(origin.target))}` }),
      ...(failure === undefined ? undefined : {
        statusMessage: failure.message,
        error: operation["error"]
      }),
      ...scriptedFields(operation)
    }
  },
  isSame: (name, entry) =>
    lastOf(name) === lastOf(entry.name) &&
    segmentAfter(name, "locations") === segmentAfter(entry.name, "locations") &&
    [segmentAfter(entry.name, "projects"), projectNumber(entry.name)].includes(
      segmentAfter(name, "projects")
    ),
  originOf: (found, message, requestId) => {
    const verb = verbOf(found.route.start?.rpc ?? "")
    const made = verb.startsWith("Create")
      ? message[verb === "CreateCluster" ? "cluster" : "nodePool"]
      : undefined
    const resource = isObject(made) ? made : undefined
    const target = resourceIn(pathOf(found), resource !== undefined, text(resource?.["name"]))
    return {
      operationType: upperSnake(verb),
      target,
      requestId,
      resource: resource === undefined || target === undefined ? undefined : {
        ...resource,
        status: "RUNNING",
        selfLink: `https://container.googleapis.com/v1/${withZones(target)}`
      }
    }
  }
}

const sqlTypes: { readonly [verb: string]: string } = { Insert: "CREATE", Patch: "UPDATE" }

const sql: Dialect = {
  errors: "v1",
  message: "google.cloud.sql.v1.Operation",
  query: ["location"],
  write: (operation, entry) => {
    const { name, origin } = entry
    const failure = failureOf(operation)
    // Another version than the one that was asked.
    const front = "https://sqladmin.googleapis.com/sql/v1beta4/"
    return {
      kind: "sql#operation",
      name: lastOf(name),
      targetProject: segmentAfter(name, "projects"),
      ...(origin === undefined ? undefined : { operationType: origin.operationType }),
      ...(origin?.target === undefined ? undefined : {
        targetId: lastOf(origin.target),
        targetLink: `${front}${encoded(origin.target)}`
      }),
      status: statusOf(operation),
      ...timesOf(entry, statusOf(operation) === "DONE"),
      selfLink: `${front}${encoded(name)}`,
      ...(failure === undefined ? undefined : {
        error: {
          kind: "sql#operationErrors",
          errors: [{ kind: "sql#operationError", code: failure.reason, message: failure.message }]
        }
      }),
      ...scriptedFields(operation)
    }
  },
  isSame: () => false,
  originOf: (found, message, requestId) => {
    const verb = verbOf(found.route.start?.rpc ?? "")
    const body = bodyIn(found, message)
    const path = pathOf(found)
    const isInsert = verb === "Insert" && path.endsWith("/instances")
    const whole = resourceIn(path, isInsert, text(body["name"]))
    // What is below an instance has the instance as its target.
    const target = /^projects\/[^/]+\/instances\/[^/]+/.exec(whole ?? "")?.[0]
    return {
      operationType: sqlTypes[verb] ?? upperSnake(verb),
      target,
      requestId,
      resource: isInsert && target !== undefined
        ? {
          kind: "sql#instance",
          state: "RUNNABLE",
          ...body,
          selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/${target}`
        }
        : undefined
    }
  }
}

const dialects: ReadonlyMap<string, Dialect> = new Map([
  ["compute.googleapis.com", compute],
  ["container.googleapis.com", gke],
  ["sqladmin.googleapis.com", sql]
])

/**
 * How a service writes its operations, if it is one of the three.
 *
 * @internal
 */
export const dialectOf = (service: string | undefined): Dialect | undefined =>
  dialects.get(service ?? "")
