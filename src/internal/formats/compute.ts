import type * as OperationFormat from "../../OperationFormat.ts"
import { isObject } from "../base/json.ts"
import { itemsOf } from "../operation/format.ts"
import { byReason } from "./advice.ts"
import { errorsOf, statusOf } from "./errors.ts"
import { lastOf, projectIn, textOf } from "./links.ts"
import { numberOf, Unknown } from "./names.ts"
import { make, type Service } from "./service.ts"

type Json = { readonly [key: string]: unknown }

const organization = "locations/global"

/** The number of `UNREACHABLE` among the codes of warnings. */
const unreachable = 13328052

const service: Service = {
  naming: {
    patterns: [
      "projects/*/zones/*/operations/*",
      "projects/*/regions/*/operations/*",
      "projects/*/global/operations/*",
      `${organization}/operations/*`
    ],
    byNumber: true,
    normal: (name) => name,
    byFields: ({ region, targetLink, zone }, id, { name, parent, request }) => {
      const scope = textOf(zone) ?? textOf(region)
      // The methods of organizations take no project.
      const isOrganization = scope === undefined &&
        (name.startsWith(`${organization}/`) || parent === organization ||
          (request !== undefined && request["project"] === undefined))
      if (isOrganization) return `${organization}/operations/${id}`
      const project = projectIn(scope) ?? textOf(request?.["project"]) ?? projectIn(parent) ??
        projectIn(targetLink)
      if (project === undefined) return new Unknown("project")
      const where = scope === undefined
        ? "global"
        : `${textOf(zone) === undefined ? "regions" : "zones"}/${lastOf(scope)}`
      return `projects/${project}/${where}/operations/${id}`
    }
  },
  prefix: "/compute/v1/",
  kind: "compute#operation",
  isOperation: ({ id, name, selfLink }) =>
    textOf(name) !== undefined || numberOf(id) !== undefined ||
    (typeof selfLink === "string" && selfLink.includes("/operations/")),
  done: 2104194,
  failure: (raw) => {
    const { error, httpErrorMessage, httpErrorStatusCode } = raw
    const status = httpErrorStatusCode === undefined || httpErrorStatusCode === null ||
        httpErrorStatusCode === ""
      ? undefined
      : Number(httpErrorStatusCode)
    const message = textOf(httpErrorMessage)
    const byStatus = status === undefined
      ? message !== undefined
      : status !== 0 && !(status >= 200 && status < 300) && !Number.isNaN(status)
    return isObject(error) || byStatus
      ? statusOf({
        errors: errorsOf(error),
        domain: "compute.googleapis.com",
        http: { status, message }
      })
      : undefined
  },
  page: (json, { parent }) =>
    parent?.endsWith("/aggregated") === true
      ? aggregated(json)
      : itemsOf(json, "items", scopesIn(json["warning"])),
  maxPageSize: 500,
  parameters: {
    filter: "filter",
    pageSize: "maxResults",
    pageToken: "pageToken",
    orderBy: "orderBy",
    returnPartialSuccess: "returnPartialSuccess",
    includeAllScopes: "includeAllScopes",
    serviceProjectNumber: "serviceProjectNumber",
    parentId: "parentId"
  },
  query: (method, name) => {
    if (method === "wait" && name.startsWith(`${organization}/`)) {
      return {
        argument: "name",
        problem: "is of an organization: the service does not serve wait for it"
      }
    }
    const number = method === "get" || method === "delete"
      ? /^locations\/global\/operations\/org-(\d+)-/.exec(name)?.[1]
      : undefined
    return number === undefined ? "" : `parentId=organizations%2F${number}`
  },
  advice: byReason({
    resourceNotReady: "the resource is not ready: start again soon",
    rateLimitExceeded: "too many requests: start again later",
    CONCURRENT_OPERATIONS_QUOTA_EXCEEDED:
      "too many operations run: start again when some have ended",
    conditionNotMet: "the resource has changed: read it and its fingerprint again first"
  }),
  polling: { initial: "500 millis", multiplier: 1.5, cap: "20 seconds" }
}

const isUnreachable = (warning: unknown): warning is Json =>
  isObject(warning) && (warning["code"] === "UNREACHABLE" || warning["code"] === unreachable)

/** The scopes that a warning says could not be reached. */
const scopesIn = (warning: unknown): ReadonlyArray<string> => {
  const data = isUnreachable(warning) ? warning["data"] : undefined
  return Array.isArray(data)
    ? data.filter(isObject).flatMap(({ key, value }) => key === "scope" ? textOf(value) ?? [] : [])
    : []
}

/** A page whose items stand below their scopes, in the order received. */
const aggregated = (json: Json): OperationFormat.Items | string => {
  const scopes = json["items"] ?? {}
  const nextPageToken = json["nextPageToken"] ?? ""
  if (!isObject(scopes)) return "`items` is not an object"
  if (typeof nextPageToken !== "string") return "`nextPageToken` is not a string"
  const items: Array<unknown> = []
  const away = new Set<string>()
  const named = json["unreachables"]
  for (const scope of Array.isArray(named) ? named : []) {
    if (typeof scope === "string") away.add(scope)
  }
  for (const scope of scopesIn(json["warning"])) away.add(scope)
  for (const [scope, list] of Object.entries(scopes)) {
    if (!isObject(list)) return `\`items["${scope}"]\` is not an object`
    const operations = list["operations"] ?? []
    if (!Array.isArray(operations)) return `\`items["${scope}"].operations\` is not an array`
    items.push(...operations)
    if (isUnreachable(list["warning"])) away.add(scope)
  }
  return { items, nextPageToken, unreachable: [...away] }
}

/**
 * What list of Compute Engine takes.
 *
 * @since 0.1.0
 * @category requests
 */
export interface ListRequest {
  /** `projects/p/zones/z`, `projects/p/regions/r`, `projects/p/global`, `projects/p/aggregated` for all of them, or `locations/global`. */
  readonly name: string
  /** Passed as it is: `status != "DONE"`, or the older `status ne DONE`. */
  readonly filter?: string | undefined
  /** The most operations a page may have: `maxResults`. The service takes up to 500, and 500 unless given. */
  readonly pageSize?: number | undefined
  /** Where to go on: `nextPageToken` of the page before. */
  readonly pageToken?: string | undefined
  /** `name`, or `creationTimestamp desc`. */
  readonly orderBy?: string | undefined
  /** Leaves out what cannot be reached, and says so in `unreachable`. Google recommends it for `projects/p/aggregated`. */
  readonly returnPartialSuccess?: boolean | undefined
  /** For `projects/p/aggregated`: also the scopes that have no operations. */
  readonly includeAllScopes?: boolean | undefined
  /** For `projects/p/aggregated`: the number of a service project. */
  readonly serviceProjectNumber?: string | bigint | undefined
  /** For `locations/global`: `organizations/1`. */
  readonly parentId?: string | undefined
}

/**
 * The operations of Compute Engine.
 *
 * @internal
 */
export const compute: OperationFormat.TargetFormat<ListRequest> = /*#__PURE__*/ make(service)
