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
      /** Nothing shows that the service serves it there. */
      readonly unverified?: true
    }
    /** Names that get asks about by an rpc of the service's own, by POST with the name in the body. */
    | {
      readonly kind: "namedInBody"
      readonly method: "get"
      readonly rpc: string
      readonly name: string
      readonly template: string
      readonly field: string
    }
    /** The metadata that an rpc's operation really has. */
    | { readonly kind: "metadata"; readonly rpc: string; readonly metadata: string }
    /** The service refuses a list without a filter. */
    | { readonly kind: "filterRequired" }
    /**
     * The filter that the service documents for operations that still run, in its list of google.longrunning, with nothing else in it. No
     * such filter have Document AI's list (it needs a type), Service Management's (a service name) and Spanner's (lists of its own).
     */
    | { readonly kind: "running"; readonly filter: string }
    /** A published template outside the version's own path that no template under the version stands for. */
    | { readonly kind: "template"; readonly method: OperationsMethod; readonly template: string }
    /** Published templates that are no part of the public API, or that stand under the wrong method. */
    | {
      readonly kind: "drop"
      readonly method: OperationsMethod
      readonly templates: readonly [string, ...ReadonlyArray<string>]
    }
    /** Bindings with the wrong verb. */
    | {
      readonly kind: "verb"
      readonly method: OperationsMethod
      /** The verb that is published. */
      readonly instead: Verb
      readonly verb: Verb
      readonly body: "*" | undefined
    }
    /** A request field whose field behaviour is wrong or missing. */
    | {
      readonly kind: "required"
      readonly rpc: string
      readonly field: string
      readonly required: boolean
    }
  )

const published: ReadonlyArray<Override> = [
  {
    kind: "filterRequired",
    service: "servicemanagement.googleapis.com/v1",
    source: "Reference page of operations.list: the field serviceName of the filter is required."
  },
  {
    kind: "running",
    service: "run.googleapis.com/v2",
    filter: "done:false",
    source:
      "Discovery document of run v2 and its reference for Workflows, projects.locations.operations.list, the field filter: to query for " +
      "only ongoing operations: done:false."
  },
  {
    kind: "method",
    service: "servicemanagement.googleapis.com/v1",
    method: "get",
    verb: "GET",
    templates: ["/v1/{name=operations/**}"],
    source:
      "The service config binds list only; get keeps the default mapping of google/longrunning/operations.proto. The " +
      "discovery document (revision 20260406) publishes it: GET v1/{+name}, ^operations/.*$."
  }
]

const schedulerSource =
  "Discovery document of cloudscheduler v1, resource projects.locations.operations: get and delete at v1/{+name}, list at " +
  "v1/{+name}/operations, cancel at v1/{+name}:cancel with a CancelOperationRequest as its body. The service config lists the interface " +
  "and has no rule for it."

const location = "projects/*/locations/*"

const cloudScheduler: ReadonlyArray<Override> = [
  {
    kind: "method",
    service: "cloudscheduler.googleapis.com/v1",
    method: "get",
    verb: "GET",
    templates: [`/v1/{name=${location}/operations/*}`],
    source: schedulerSource
  },
  {
    kind: "method",
    service: "cloudscheduler.googleapis.com/v1",
    method: "list",
    verb: "GET",
    templates: [`/v1/{name=${location}}/operations`],
    source: schedulerSource
  },
  {
    kind: "method",
    service: "cloudscheduler.googleapis.com/v1",
    method: "cancel",
    verb: "POST",
    templates: [`/v1/{name=${location}/operations/*}:cancel`],
    body: "*",
    source: schedulerSource
  },
  {
    kind: "method",
    service: "cloudscheduler.googleapis.com/v1",
    method: "delete",
    verb: "DELETE",
    templates: [`/v1/{name=${location}/operations/*}`],
    source: schedulerSource
  }
]

const bareMetal: ReadonlyArray<Override> = [
  {
    kind: "method",
    service: "baremetalsolution.googleapis.com/v2",
    method: "get",
    verb: "GET",
    templates: [`/v2/{name=${location}/operations/**}`],
    source:
      "Discovery document of baremetalsolution v2: projects.locations.operations has get alone, at v2/{+name}, " +
      "^projects/[^/]+/locations/[^/]+/operations/.*$. The service config lists the interface and has no rule for it."
  }
]

const shellSource =
  "Discovery document of cloudshell v1 (revision 20220319), resource operations: the default mapping of " +
  "google/longrunning/operations.proto, ^operations/.*$, and ^operations$ for list. The service config lists the interface and has no " +
  "rule for it."

const cloudShell: ReadonlyArray<Override> = [
  {
    kind: "method",
    service: "cloudshell.googleapis.com/v1",
    method: "get",
    verb: "GET",
    templates: ["/v1/{name=operations/**}"],
    source: shellSource
  },
  {
    kind: "method",
    service: "cloudshell.googleapis.com/v1",
    method: "list",
    verb: "GET",
    templates: ["/v1/{name=operations}"],
    source: shellSource
  },
  {
    kind: "method",
    service: "cloudshell.googleapis.com/v1",
    method: "cancel",
    verb: "POST",
    templates: ["/v1/{name=operations/**}:cancel"],
    body: "*",
    source: shellSource
  },
  {
    kind: "method",
    service: "cloudshell.googleapis.com/v1",
    method: "delete",
    verb: "DELETE",
    templates: ["/v1/{name=operations/**}"],
    source: shellSource
  }
]

/**
 * The other service versions whose config speaks of google.longrunning.Operations without a rule: get at the default mapping of
 * google/longrunning/operations.proto, which is what such a config means; nothing shows that it is served.
 */
const unverified: ReadonlyArray<Override> = [
  "analyticsdata.googleapis.com/v1alpha",
  "analyticsdata.googleapis.com/v1beta",
  "analyticshub.googleapis.com/v1",
  "cloudasset.googleapis.com/v1p1beta1",
  "cloudasset.googleapis.com/v1p5beta1",
  "cloudprivatecatalog.googleapis.com/v1beta1",
  "datacatalog.googleapis.com/v1beta1",
  "enterpriseknowledgegraph.googleapis.com/v1",
  "firestore.googleapis.com/v1beta1",
  "generativelanguage.googleapis.com/v1beta3",
  "monitoring.googleapis.com/v1",
  "monitoring.googleapis.com/v3",
  "osconfig.googleapis.com/v1beta",
  "saasservicemgmt.googleapis.com/v1beta1",
  "storage.googleapis.com/v2",
  "videointelligence.googleapis.com/v1p3beta1",
  "vision.googleapis.com/v1p1beta1",
  "vision.googleapis.com/v1p2beta1",
  "vision.googleapis.com/v1p3beta1",
  "vision.googleapis.com/v1p4beta1"
].map((service) => ({
  kind: "method",
  service,
  method: "get",
  verb: "GET",
  templates: ["/v1/{name=operations/**}"],
  unverified: true,
  source:
    "google/longrunning/operations.proto, GetOperation: the mapping where a service config has no rule of its own."
}))

const consoleSource =
  "Paths below /ui/ are not below the version of the API, and no published template below it has the pattern of these: nothing says that " +
  "the public API serves such names."

const waitSource =
  "A mistake in the published config: these :wait paths stand under ListOperations, and stand under WaitOperation as well."

const underList = [
  "featureOnlineStores/*",
  "featureOnlineStores/*/featureViews/*",
  "featureGroups/*",
  "featureGroups/*/features/*"
]

const waits = (prefix: string, parents: ReadonlyArray<string>): ReadonlyArray<string> =>
  parents.map((parent) => `/${prefix}/{name=${location}/${parent}/operations/*}:wait`)

const operationsBelow = (
  parents: ReadonlyArray<string>,
  suffix = ""
): ReadonlyArray<string> =>
  parents.map((parent) => `/ui/{name=${location}/${parent}/operations/*}${suffix}`)

const listsBelow = (parents: ReadonlyArray<string>): ReadonlyArray<string> =>
  parents.map((parent) => `/ui/{name=${location}/${parent}}/operations`)

const drop = (
  service: string,
  method: OperationsMethod,
  [first, ...rest]: ReadonlyArray<string>,
  source: string
): ReadonlyArray<Override> =>
  first === undefined
    ? []
    : [{ kind: "drop", service, method, templates: [first, ...rest], source }]

const agents = ["agents/*", "apps/*", "edgeDevices/*"]
const extensions = ["extensionControllers/*", "extensions/*"]
const monitors = "featureGroups/*/featureMonitors/*"

const vertex = "aiplatform.googleapis.com/v1"
const vertexBeta = "aiplatform.googleapis.com/v1beta1"

const vertexAI: ReadonlyArray<Override> = [
  ...drop(
    vertex,
    "list",
    [...waits("ui", [...underList, monitors]), ...waits("v1", underList)],
    waitSource
  ),
  ...drop(vertexBeta, "list", waits("ui", [...underList, monitors]), waitSource),
  ...drop(
    vertex,
    "get",
    operationsBelow([
      ...agents,
      "edgeDeploymentJobs/*",
      ...extensions,
      "modelMonitors/*",
      monitors
    ]),
    consoleSource
  ),
  ...drop(
    vertex,
    "list",
    listsBelow([...agents, ...extensions, "modelMonitors/*"]),
    consoleSource
  ),
  ...drop(
    vertex,
    "cancel",
    operationsBelow([...agents, ...extensions, "modelMonitors/*"], ":cancel"),
    consoleSource
  ),
  ...drop(
    vertex,
    "delete",
    [...operationsBelow([...agents, "modelMonitors/*", monitors]), ...listsBelow(extensions)],
    consoleSource
  ),
  ...drop(
    vertex,
    "wait",
    operationsBelow(
      [...agents, ...extensions, "tuningJobs/*", "modelMonitors/*", monitors],
      ":wait"
    ),
    consoleSource
  ),
  ...drop(
    vertexBeta,
    "get",
    operationsBelow(["edgeDeploymentJobs/*", "tuningJobs/*"]),
    consoleSource
  ),
  ...drop(vertexBeta, "list", listsBelow(["tuningJobs/*"]), consoleSource),
  ...drop(vertexBeta, "cancel", operationsBelow(["tuningJobs/*"], ":cancel"), consoleSource),
  ...drop(vertexBeta, "delete", listsBelow(extensions), consoleSource),
  ...drop(vertexBeta, "wait", operationsBelow(["tuningJobs/*"], ":wait"), consoleSource)
]

const dataLabeling: ReadonlyArray<Override> = [
  {
    kind: "verb",
    service: "datalabeling.googleapis.com/v1beta1",
    method: "cancel",
    instead: "GET",
    verb: "POST",
    body: "*",
    source:
      "A mistake in the published config, which binds CancelOperation to GET: google/longrunning/operations.proto maps it to POST with " +
      "the body `*`, and no other service config says GET."
  }
]

const publisherModels: ReadonlyArray<Override> = [
  ["v1", "google.cloud.aiplatform.v1"],
  ["v1beta1", "google.cloud.aiplatform.v1beta1"]
].map(([version = "", proto = ""]) => ({
  kind: "namedInBody",
  service: `aiplatform.googleapis.com/${version}`,
  method: "get",
  rpc: `${proto}.PredictionService.FetchPredictOperation`,
  name: `${location}/publishers/*/models/*/operations/*`,
  template: `/${version}/{endpoint=${location}/publishers/*/models/*}:fetchPredictOperation`,
  field: "operationName",
  source:
    "Discovery document of aiplatform, projects.locations.publishers.models.fetchPredictOperation: POST {+endpoint}:fetchPredictOperation " +
    "with a FetchPredictOperationRequest, whose operationName is required. The reference of Veo polls so; no published rule of " +
    "GetOperation has such names."
}))

const appEngine: ReadonlyArray<Override> = [
  {
    kind: "metadata",
    service: "appengine.googleapis.com/v1",
    rpc: "google.appengine.v1.Versions.CreateVersion",
    metadata: "google.appengine.v1.OperationMetadataV1",
    source:
      "operation_info names CreateVersionMetadataV1. That is a part of it: google/appengine/v1/operation.proto, OperationMetadataV1, oneof " +
      "method_metadata."
  }
]

export const overrides: ReadonlyArray<Override> = [
  ...publisherModels,
  ...appEngine,
  ...published,
  ...cloudScheduler,
  ...bareMetal,
  ...cloudShell,
  ...vertexAI,
  ...dataLabeling,
  ...unverified
]
