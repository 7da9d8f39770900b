import * as Code from "../../Code.ts"
import type * as OperationFormat from "../../OperationFormat.ts"
import { isObject } from "../base/json.ts"
import { itemsOf } from "../operation/format.ts"
import { codeOf } from "./codes.ts"
import { detail, nothingSaid } from "./errors.ts"
import { nameInLink, projectIn, textOf } from "./links.ts"
import { Unknown } from "./names.ts"
import { withRemedy } from "./remedy.ts"
import { make, type Service } from "./service.ts"

type Json = { readonly [key: string]: unknown }

/** google.container.v1.StatusCondition.Code, whose values may come as numbers. */
const conditionCodes: { readonly [number: number]: string } = {
  1: "GCE_STOCKOUT",
  2: "GKE_SERVICE_ACCOUNT_DELETED",
  3: "GCE_QUOTA_EXCEEDED",
  4: "SET_BY_OPERATOR",
  7: "CLOUD_KMS_KEY_ERROR",
  9: "CA_EXPIRING",
  10: "NODE_SERVICE_ACCOUNT_MISSING_PERMISSIONS",
  11: "CLOUD_KMS_KEY_DESTROYED"
}

const conditionsIn = ({ clusterConditions, nodepoolConditions }: Json): ReadonlyArray<Json> =>
  [nodepoolConditions, clusterConditions].flatMap((list) =>
    Array.isArray(list) ? list.filter(isObject) : []
  )

const reasonOf = ({ code }: Json): string | undefined =>
  typeof code === "number" ? conditionCodes[code] : code === "UNKNOWN" ? undefined : textOf(code)

const conditionCode = (condition: Json): number => {
  const number = Code.readNumber(condition["canonicalCode"])
  if (number !== 0) return number
  const code = codeOf(reasonOf(condition))
  return code === undefined ? 0 : Code.toNumber(code)
}

/** The location after a project: of a name or of a parent. */
const locationIn = (name: unknown): string | undefined => {
  const location = /^projects\/[^/]+\/(?:locations|zones)\/([^/]+)/.exec(nameInLink(name) ?? "")
    ?.[1]
  return location === "-" ? undefined : location
}

const service: Service = {
  naming: {
    patterns: ["projects/*/locations/*/operations/*"],
    byNumber: false,
    normal: (name) => name.replace(/^(projects\/[^/]+)\/zones\//, "$1/locations/"),
    byFields: ({ location, targetLink, zone }, id, { parent, request }) => {
      const near = request?.["parent"] ?? request?.["name"]
      const project = projectIn(targetLink) ?? projectIn(near) ?? projectIn(parent)
      if (project === undefined) return new Unknown("project")
      const at = textOf(location) ?? textOf(zone) ?? locationIn(near) ?? locationIn(parent)
      return at === undefined
        ? new Unknown("location")
        : `projects/${project}/locations/${at}/operations/${id}`
    }
  },
  prefix: "/v1/",
  kind: undefined,
  isOperation: ({ name, operationType, selfLink, status }) =>
    textOf(name) !== undefined &&
    (operationType !== undefined || status !== undefined ||
      (typeof selfLink === "string" && selfLink.includes("/operations/"))),
  done: 3,
  failure: (raw) => {
    const error = isObject(raw["error"]) ? raw["error"] : {}
    const own = Code.readNumber(error["code"])
    const said = textOf(error["message"]) ?? textOf(raw["statusMessage"])
    if (own === 0 && said === undefined) return undefined
    const conditions = conditionsIn(raw)
    const codes = [own, ...conditions.map(conditionCode), Code.toNumber("UNKNOWN")]
    const code = codes.find((code) => code !== 0)
    const message = said ?? conditions.flatMap(({ message }) => textOf(message) ?? [])[0] ??
      nothingSaid
    return {
      code,
      message: code === Code.toNumber("RESOURCE_EXHAUSTED")
        ? withRemedy(message, conditions.map((condition) => ({ code: reasonOf(condition) })))
        : message,
      details: [
        ...(Array.isArray(error["details"]) ? error["details"] : []),
        ...conditions.flatMap((condition) => {
          const reason = reasonOf(condition)
          const message = textOf(condition["message"])
          return reason === undefined ? [] : [
            detail("ErrorInfo", {
              reason,
              domain: "container.googleapis.com",
              metadata: message === undefined ? {} : { message }
            })
          ]
        })
      ]
    }
  },
  page: (json) => {
    const missing = json["missingZones"] ?? []
    return Array.isArray(missing) && missing.every((zone) => typeof zone === "string")
      ? itemsOf(json, "operations", missing)
      : "`missingZones` is not an array of strings"
  },
  parameters: {},
  advice: ({ message }, httpStatus) =>
    httpStatus === 400 && /\bis currently\b.*\bcluster\b/.test(message)
      ? "the cluster has one operation of this kind at a time: start again when the one that runs has ended"
      : undefined,
  polling: { initial: "5 seconds", multiplier: 1.5, cap: "30 seconds" }
}

/**
 * What list of GKE takes: it has one page.
 *
 * @since 0.1.0
 * @category requests
 */
export interface ListRequest {
  /** `projects/p/locations/l`, or `projects/p/locations/-` for all locations. */
  readonly name: string
}

/**
 * The operations of GKE.
 *
 * @internal
 */
export const gke: OperationFormat.TargetFormat<ListRequest> = /*#__PURE__*/ make(service)
