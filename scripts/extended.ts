/**
 * The services whose operations are not google.longrunning.Operation, and what has to be said of each by hand. The generator fails where
 * the protos say otherwise.
 */
import type { Override } from "./overrides.ts"

/** An operation method: the rpc behind each template, in the form of one variable. */
export interface ExtendedRule {
  readonly [template: string]: string
}

export interface Extended {
  /** `<host>/<version>` */
  readonly service: string
  readonly source: string
  readonly format: { readonly module: string; readonly name: string }
  /** The protos, a prefix of their paths. */
  readonly protos: string
  /** The package's own operation. */
  readonly operation: string
  /** The services of operations. */
  readonly operationServices: ReadonlyArray<string>
  readonly methods: {
    readonly get: ExtendedRule
    readonly list: ExtendedRule
    readonly delete?: ExtendedRule
    readonly wait?: ExtendedRule
    readonly cancel?: ExtendedRule
  }
  /**
   * For list: the filter for operations that still run, and what the service charges for each that a filter leaves out, in requests.
   */
  readonly running?: { readonly filter: string; readonly overhead: number }
  /** For wait: how long the server holds it, in seconds. */
  readonly hold?: number
  /** `<collection><Method>` or the name of the rpc. */
  readonly names: "rest" | "rpc"
  /** The starts, by operation service where they have one. */
  readonly starts: { readonly [operationService: string]: number }
  /** Templates that are a former form of others. */
  readonly dropTemplate?: RegExp
  /** The fields that only they have. */
  readonly dropFields?: ReadonlyArray<string>
  readonly required?: ReadonlyArray<Extract<Override, { readonly kind: "required" }>>
  /** Rpcs whose operation names what it made, and the rpc that reads it: those of a name, and others. */
  readonly targets: {
    readonly insert?: { readonly but: ReadonlyArray<string> }
    readonly others?: { readonly [rpc: string]: string }
  }
}

const computeOperation = (scope: string, rpc: string): readonly [string, string] => [
  `/compute/v1/{name=${scope}/operations/*}`,
  `google.cloud.compute.v1.${rpc}`
]

const computeScopes = [
  ["projects/*/zones/*", "ZoneOperations"],
  ["projects/*/regions/*", "RegionOperations"],
  ["projects/*/global", "GlobalOperations"],
  ["locations/global", "GlobalOrganizationOperations"]
] as const

const computeEach = (rpc: string, suffix = ""): ExtendedRule =>
  Object.fromEntries(
    computeScopes.filter(([scope]) => suffix === "" || scope.startsWith("projects/"))
      .map(([scope, service]) => computeOperation(scope, `${service}.${rpc}`))
      .map(([template, rpc]) => [`${template}${suffix}`, rpc])
  )

export const extended: ReadonlyArray<Extended> = [
  {
    service: "compute.googleapis.com/v1",
    source:
      "google/cloud/compute/v1/compute.proto: ZoneOperations, RegionOperations, GlobalOperations, GlobalOrganizationOperations, and every " +
      "rpc with google.cloud.operation_service.",
    format: { module: "compute", name: "compute" },
    protos: "google/cloud/compute/v1/",
    operation: "google.cloud.compute.v1.Operation",
    operationServices: computeScopes.map(([, service]) => service),
    methods: {
      get: computeEach("Get"),
      list: {
        ...Object.fromEntries(
          computeScopes.map(([scope, service]) => [
            `/compute/v1/{name=${scope}}/operations`,
            `google.cloud.compute.v1.${service}.List`
          ])
        ),
        "/compute/v1/{name=projects/*/aggregated}/operations":
          "google.cloud.compute.v1.GlobalOperations.AggregatedList"
      },
      delete: computeEach("Delete"),
      wait: computeEach("Wait", "/wait")
    },
    // Reference page of zoneOperations.list: a field, an operator, a value. Rate quotas: filtered_list_cost_overhead is charged for every
    // 10,000 resources that are filtered out.
    running: { filter: "status != \"DONE\"", overhead: 0.0001 },
    hold: 120,
    names: "rest",
    starts: {
      RegionOperations: 186,
      GlobalOperations: 169,
      ZoneOperations: 125,
      GlobalOrganizationOperations: 20
    },
    // The operation of a snapshot names the disk.
    targets: { insert: { but: ["Snapshots", "RegionSnapshots"] } }
  },
  {
    service: "container.googleapis.com/v1",
    source: "google/container/v1/cluster_service.proto: ClusterManager.",
    format: { module: "gke", name: "gke" },
    protos: "google/container/v1/",
    operation: "google.container.v1.Operation",
    operationServices: [],
    methods: {
      get: {
        "/v1/{name=projects/*/locations/*/operations/*}":
          "google.container.v1.ClusterManager.GetOperation"
      },
      list: {
        "/v1/{name=projects/*/locations/*}/operations":
          "google.container.v1.ClusterManager.ListOperations"
      },
      cancel: {
        "/v1/{name=projects/*/locations/*/operations/*}:cancel":
          "google.container.v1.ClusterManager.CancelOperation"
      }
    },
    names: "rpc",
    starts: { ClusterManager: 23 },
    // A zone is a legal location: the templates with `zones` and their fields are an older form of the others.
    dropTemplate: /\/zones\/|\{zone\}/,
    dropFields: ["project_id", "zone", "cluster_id", "node_pool_id", "operation_id"],
    required: ["nodeVersion", "imageType"].map((field) => ({
      kind: "required",
      service: "container.googleapis.com/v1",
      rpc: "google.container.v1.ClusterManager.UpdateNodePool",
      field,
      required: false,
      source:
        "Marked as REQUIRED; the server takes updates without it, and Terraform's provider sends such."
    })),
    targets: {
      others: {
        "google.container.v1.ClusterManager.CreateCluster":
          "google.container.v1.ClusterManager.GetCluster",
        "google.container.v1.ClusterManager.CreateNodePool":
          "google.container.v1.ClusterManager.GetNodePool"
      }
    }
  },
  {
    service: "sqladmin.googleapis.com/v1",
    source: "google/cloud/sql/v1/cloud_sql_operations.proto: SqlOperationsService.",
    format: { module: "cloudSql", name: "cloudSql" },
    protos: "google/cloud/sql/v1/",
    operation: "google.cloud.sql.v1.Operation",
    operationServices: ["SqlOperationsService"],
    methods: {
      get: { "/v1/{name=projects/*/operations/*}": "google.cloud.sql.v1.SqlOperationsService.Get" },
      list: { "/v1/{name=projects/*}/operations": "google.cloud.sql.v1.SqlOperationsService.List" },
      cancel: {
        "/v1/{name=projects/*/operations/*}/cancel":
          "google.cloud.sql.v1.SqlOperationsService.Cancel"
      }
    },
    names: "rest",
    starts: {
      SqlInstancesService: 31,
      SqlDatabasesService: 4,
      SqlBackupsService: 3,
      SqlUsersService: 3,
      SqlBackupRunsService: 2,
      SqlSslCertsService: 1
    },
    // The operations of databases, users and backups name the instance.
    targets: {
      others: {
        "google.cloud.sql.v1.SqlInstancesService.Insert":
          "google.cloud.sql.v1.SqlInstancesService.Get"
      }
    }
  }
]

/** Versions of these services that have no module. */
export const leftOut: ReadonlyArray<string> = ["sqladmin.googleapis.com/v1beta4"]
