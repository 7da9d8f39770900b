import * as Operations from "effect-lro/Operations"
import * as ProtoJson from "effect-lro/ProtoJson"
import * as Schema from "effect/Schema"

export const networkConnectivity: Operations.AnyBinding = {
  service: "networkconnectivity.googleapis.com",
  version: "v1",
  scopes: [],
  methods: {
    get: { verb: "GET", templates: ["/v1/{name=projects/*/locations/*/operations/*}"] },
    list: { verb: "GET", templates: ["/v1/{name=projects/*/locations/*}/operations"] },
    cancel: {
      verb: "POST",
      templates: ["/v1/{name=projects/*/locations/*/operations/*}:cancel"],
      body: "*"
    },
    delete: { verb: "DELETE", templates: ["/v1/{name=projects/*/locations/*/operations/*}"] }
  }
}

/** Shares all paths with {@link networkConnectivity}. */
export const workloadManager: Operations.AnyBinding = {
  ...networkConnectivity,
  service: "workloadmanager.googleapis.com"
}

export const serviceManagement: Operations.AnyBinding = {
  service: "servicemanagement.googleapis.com",
  version: "v1",
  scopes: [],
  methods: {
    get: { verb: "GET", templates: ["/v1/{name=operations/**}"] },
    list: { verb: "GET", templates: ["/v1/operations"], filter: "required" }
  }
}

/** Two templates, cancel without a body. */
export const ml: Operations.AnyBinding = {
  service: "ml.googleapis.com",
  version: "v1",
  scopes: [],
  methods: {
    get: {
      verb: "GET",
      templates: [
        "/v1/{name=projects/*/locations/*/operations/*}",
        "/v1/{name=projects/*/operations/*}"
      ]
    },
    list: { verb: "GET", templates: ["/v1/{name=projects/*}/operations"] },
    cancel: {
      verb: "POST",
      templates: [
        "/v1/{name=projects/*/locations/*/operations/*}:cancel",
        "/v1/{name=projects/*/operations/*}:cancel"
      ]
    }
  }
}

/** Names with slashes, and every method. */
export const showcase: Operations.AnyBinding = {
  service: "showcase.example.com",
  version: "v1beta1",
  scopes: [],
  methods: {
    get: { verb: "GET", templates: ["/v1beta1/{name=operations/**}"] },
    list: { verb: "GET", templates: ["/v1beta1/{name=operations}"] },
    cancel: { verb: "POST", templates: ["/v1beta1/{name=operations/**}:cancel"], body: "*" },
    delete: { verb: "DELETE", templates: ["/v1beta1/{name=operations/**}"] },
    wait: Operations.waitRule({
      verb: "POST",
      templates: ["/v1beta1/{name=operations/**}:wait"],
      body: "*"
    })
  }
}

/** The collection inside the name of list, and a literal before the name of get. */
export const databases: Operations.AnyBinding = {
  service: "databases.example.com",
  version: "v2",
  scopes: [],
  methods: {
    get: { verb: "GET", templates: ["/v2/operations/{name=projects/*/instances/*/operations/*}"] },
    list: { verb: "GET", templates: ["/v2/{name=projects/*/instances/*/operations}"] }
  }
}

export const users: Operations.AnyBinding = {
  service: "users.example.com",
  version: "v1",
  host: "https://users-api.example.com",
  scopes: [],
  methods: {
    get: { verb: "GET", templates: ["/v1/{name=users/*/operations/*}"] },
    list: { verb: "GET", templates: ["/v1/{name=users/*}/operations"] }
  }
}

const Hub = ProtoJson.message<{ readonly name: string }>(
  "google.cloud.networkconnectivity.v1.Hub",
  () => ({ name: ProtoJson.string })
)

const AcceptHubSpokeResponse = ProtoJson.message<{}>(
  "google.cloud.networkconnectivity.v1.AcceptHubSpokeResponse",
  () => ({})
)

const Version = ProtoJson.message<{ readonly name: string }>("google.cloud.ml.v1.Version", () => ({
  name: ProtoJson.string
}))

class OperationMetadata
  extends Schema.Class<OperationMetadata>("google.cloud.networkconnectivity.v1.OperationMetadata")({
    createTime: Schema.optional(Schema.String),
    endTime: Schema.optional(Schema.String),
    target: Schema.optional(Schema.String),
    verb: Schema.optional(Schema.String),
    requestedCancellation: Schema.optional(Schema.Boolean),
    apiVersion: Schema.optional(Schema.String)
  })
{}

export const createHub: Operations.AnyMethod = Operations.generatedMethod<never>()({
  service: "networkconnectivity.googleapis.com/v1",
  rpc: "google.cloud.networkconnectivity.v1.HubService.CreateHub",
  verb: "POST",
  templates: ["/v1/{parent=projects/*/locations/global}/hubs"],
  body: "hub",
  request: {
    parent: { in: "path", required: true },
    hubId: { in: "query", required: true },
    hub: { in: "body", required: true },
    requestId: { in: "query" }
  },
  idempotencyField: "requestId",
  response: Hub,
  metadata: OperationMetadata
})

export const updateHub: Operations.AnyMethod = {
  ...createHub,
  rpc: "google.cloud.networkconnectivity.v1.HubService.UpdateHub",
  verb: "PATCH",
  templates: ["/v1/{hub.name=projects/*/locations/global/hubs/*}"],
  request: {
    hub: { in: "body+path", required: true },
    updateMask: { in: "query", mask: true },
    requestId: { in: "query" }
  }
}

export const acceptHubSpoke: Operations.AnyMethod = {
  ...createHub,
  rpc: "google.cloud.networkconnectivity.v1.HubService.AcceptHubSpoke",
  verb: "POST",
  templates: ["/v1/{name=projects/*/locations/global/hubs/*}:acceptSpoke"],
  body: "*",
  request: {
    name: { in: "path", required: true },
    spokeUri: { in: "body", required: true },
    requestId: { in: "body" }
  },
  response: AcceptHubSpokeResponse
}

class ServiceMetadata
  extends Schema.Class<ServiceMetadata>("google.api.servicemanagement.v1.OperationMetadata")({
    resourceNames: Schema.optional(Schema.Array(Schema.String)),
    progressPercentage: Schema.optional(Schema.Number),
    startTime: Schema.optional(Schema.String)
  })
{}

export const deleteService: Operations.AnyMethod = Operations.generatedMethod<never>()({
  service: "servicemanagement.googleapis.com/v1",
  rpc: "google.api.servicemanagement.v1.ServiceManager.DeleteService",
  verb: "DELETE",
  templates: ["/v1/services/{service_name}"],
  request: { serviceName: { in: "path", required: true } },
  response: ProtoJson.Empty,
  metadata: ServiceMetadata
})

export const createVersion: Operations.AnyMethod = Operations.generatedMethod<never>()({
  service: "ml.googleapis.com/v1",
  rpc: "ml.projects.models.versions.create",
  verb: "POST",
  templates: ["/v1/{parent=projects/*/models/*}/versions"],
  body: "version",
  request: { parent: { in: "path", required: true }, version: { in: "body", required: true } },
  response: Version,
  metadata: Schema.Struct({ createTime: Schema.optional(Schema.String) })
})

/** Of an API of one's own: no catalogue has it. */
export const createCake: Operations.AnyMethod = Operations.generatedMethod<never>()({
  service: "users.example.com/v1",
  rpc: "example.users.v1.Bakery.CreateCake",
  verb: "POST",
  templates: ["/v1/{parent=users/*}/cakes"],
  body: "cake",
  request: {
    parent: { in: "path", required: true },
    cakeId: { in: "query" },
    cake: { in: "body", required: true },
    validateOnly: { in: "query" }
  },
  response: ProtoJson.message<{ readonly name: string }>("example.users.v1.Cake", () => ({
    name: ProtoJson.string
  })),
  metadata: Schema.Struct({ createTime: Schema.optional(Schema.String) })
})

export const bindings = [networkConnectivity, serviceManagement, ml, showcase, databases, users]
export const methods = [
  createHub,
  updateHub,
  acceptHubSpoke,
  deleteService,
  createVersion,
  createCake
]
