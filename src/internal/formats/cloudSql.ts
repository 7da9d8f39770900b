import type * as OperationFormat from "../../OperationFormat.ts"
import { isObject } from "../base/json.ts"
import { itemsOf } from "../operation/format.ts"
import { byReason } from "./advice.ts"
import { errorsOf, statusOf } from "./errors.ts"
import { projectIn, textOf } from "./links.ts"
import { Unknown } from "./names.ts"
import { make, type Service } from "./service.ts"

type Json = { readonly [key: string]: unknown }

/** The project in the arguments of a start. */
const projectOf = ({ backup, name, parent, project }: Json): string | undefined =>
  textOf(project) ?? projectIn(parent) ?? projectIn(name) ??
    (isObject(backup) ? projectIn(backup["name"]) : undefined)

const service: Service = {
  naming: {
    patterns: ["projects/*/operations/*"],
    byNumber: false,
    normal: (name) => name,
    byFields: ({ targetLink, targetProject }, id, { parent, request }) => {
      const project = textOf(targetProject) ?? projectIn(targetLink) ?? projectOf(request ?? {}) ??
        projectIn(parent)
      return project === undefined
        ? new Unknown("project")
        : `projects/${project}/operations/${id}`
    }
  },
  prefix: "/v1/",
  kind: "sql#operation",
  isOperation: ({ name }) => textOf(name) !== undefined,
  done: 3,
  failure: ({ error }) =>
    isObject(error)
      ? statusOf({ errors: errorsOf(error), domain: "sqladmin.googleapis.com" })
      : undefined,
  page: (json) => itemsOf(json, "items", []),
  parameters: { pageSize: "maxResults", pageToken: "pageToken", instance: "instance" },
  advice: (status, httpStatus) =>
    byReason({
      operationInProgress:
        "the instance has one administrative operation at a time: start again when the one that runs has ended",
      operationDoesNotExist:
        "the operation is forgotten, as after the deletion of its instance: look for the instance"
    })(status) ??
      (httpStatus === 403
        ? "Cloud SQL says so of what does not exist, too: the instance or the operation may be gone"
        : undefined),
  polling: { initial: "2 seconds", multiplier: 1.5, cap: "20 seconds" }
}

/**
 * What list of Cloud SQL takes.
 *
 * @since 0.1.0
 * @category requests
 */
export interface ListRequest {
  /** `projects/p`. */
  readonly name: string
  /** Those of one instance, by its bare id; left out, those of the project. */
  readonly instance?: string | undefined
  /** The most operations a page may have: `maxResults`. */
  readonly pageSize?: number | undefined
  /** Where to go on: `nextPageToken` of the page before. */
  readonly pageToken?: string | undefined
}

/**
 * The operations of Cloud SQL.
 *
 * @internal
 */
export const cloudSql: OperationFormat.TargetFormat<ListRequest> = /*#__PURE__*/ make(service)
