/**
 * AI Platform Training & Prediction API, v1: `ml.googleapis.com`. Google has retired this product.
 *
 * Operations: get and cancel, under a project or under a location of it; list, under a project only. Cancel sends no
 * body. Five methods start operations. The service has no published service config: this module follows its discovery
 * document (revision 20251213).
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Credentials from "../../Credentials.ts"
import type { InvalidSettings } from "../../LroError.ts"
import * as Operations from "../../Operations.ts"
import * as ProtoJson from "../../ProtoJson.ts"

/**
 * The known kinds of operations. The service sends names; the numbers are their positions in the discovery document.
 *
 * @since 0.1.0
 * @category enums
 */
export const OperationMetadataOperationType = {
  OPERATION_TYPE_UNSPECIFIED: 0,
  CREATE_VERSION: 1,
  DELETE_VERSION: 2,
  DELETE_MODEL: 3,
  UPDATE_MODEL: 4,
  UPDATE_VERSION: 5,
  UPDATE_CONFIG: 6
} as const

/**
 * The known states of a version. The service sends names; the numbers are their positions in the discovery document.
 *
 * @since 0.1.0
 * @category enums
 */
export const VersionState = {
  UNKNOWN: 0,
  READY: 1,
  CREATING: 2,
  FAILED: 3,
  DELETING: 4,
  UPDATING: 5
} as const

/**
 * The known frameworks of a version. The service sends names; the numbers are their positions in the discovery document.
 *
 * @since 0.1.0
 * @category enums
 */
export const VersionFramework = {
  FRAMEWORK_UNSPECIFIED: 0,
  TENSORFLOW: 1,
  SCIKIT_LEARN: 2,
  XGBOOST: 3
} as const

/**
 * A part of the metadata: the model version that an operation is about (`GoogleCloudMlV1__Version`). The messages inside
 * it are kept as JSON.
 *
 * @since 0.1.0
 * @category metadata
 */
export class Version extends /*#__PURE__*/ Schema.Class<Version>("google.cloud.ml.v1.Version")({
  name: ProtoJson.string,
  description: ProtoJson.string,
  isDefault: ProtoJson.bool,
  deploymentUri: ProtoJson.string,
  createTime: /*#__PURE__*/ ProtoJson.option(ProtoJson.Timestamp),
  lastUseTime: /*#__PURE__*/ ProtoJson.option(ProtoJson.Timestamp),
  runtimeVersion: ProtoJson.string,
  /** Excludes `manualScaling`. */
  autoScaling: /*#__PURE__*/ ProtoJson.option(ProtoJson.JsonObject),
  /** Excludes `autoScaling`. */
  manualScaling: /*#__PURE__*/ ProtoJson.option(ProtoJson.JsonObject),
  state: /*#__PURE__*/ ProtoJson.enumField(VersionState),
  errorMessage: ProtoJson.string,
  packageUris: /*#__PURE__*/ ProtoJson.repeated(Schema.String),
  labels: /*#__PURE__*/ ProtoJson.map(Schema.String),
  etag: ProtoJson.bytes,
  machineType: ProtoJson.string,
  framework: /*#__PURE__*/ ProtoJson.enumField(VersionFramework),
  pythonVersion: ProtoJson.string,
  predictionClass: ProtoJson.string,
  serviceAccount: ProtoJson.string,
  acceleratorConfig: /*#__PURE__*/ ProtoJson.option(ProtoJson.JsonObject),
  requestLoggingConfig: /*#__PURE__*/ ProtoJson.option(ProtoJson.JsonObject),
  explanationConfig: /*#__PURE__*/ ProtoJson.option(ProtoJson.JsonObject),
  container: /*#__PURE__*/ ProtoJson.option(ProtoJson.JsonObject),
  routes: /*#__PURE__*/ ProtoJson.option(ProtoJson.JsonObject),
  lastMigrationTime: /*#__PURE__*/ ProtoJson.option(ProtoJson.Timestamp),
  lastMigrationModelId: ProtoJson.string
}) {}

/**
 * Metadata of an operation: `GoogleCloudMlV1__OperationMetadata`.
 *
 * @since 0.1.0
 * @category metadata
 */
export class OperationMetadata extends /*#__PURE__*/ Schema.Class<OperationMetadata>(
  "google.cloud.ml.v1.OperationMetadata"
)({
  createTime: /*#__PURE__*/ ProtoJson.option(ProtoJson.Timestamp),
  startTime: /*#__PURE__*/ ProtoJson.option(ProtoJson.Timestamp),
  endTime: /*#__PURE__*/ ProtoJson.option(ProtoJson.Timestamp),
  isCancellationRequested: ProtoJson.bool,
  operationType: /*#__PURE__*/ ProtoJson.enumField(OperationMetadataOperationType),
  modelName: ProtoJson.string,
  version: /*#__PURE__*/ ProtoJson.option(Version),
  projectNumber: ProtoJson.int64,
  labels: /*#__PURE__*/ ProtoJson.map(Schema.String)
}) {}

/**
 * Where `ml.googleapis.com` v1 serves its operations, and the scopes that it accepts.
 *
 * @since 0.1.0
 * @category bindings
 */
export const binding = /*#__PURE__*/ Operations.binding({
  service: "ml.googleapis.com",
  version: "v1",
  scopes: ["https://www.googleapis.com/auth/cloud-platform"],
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
})

/**
 * The client of the AI Platform Training & Prediction API, v1. The product is retired.
 *
 * @since 0.1.0
 * @category tags
 */
export class MachineLearning extends /*#__PURE__*/ Operations.Tag<MachineLearning>()(
  "effect-lro/services/ml/v1",
  binding
) {}

/**
 * The layer of the client. Two calls build two clients: keep it in a const.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options?: Operations.LayerOptions
): Layer.Layer<MachineLearning, InvalidSettings, HttpClient.HttpClient | Credentials.Credentials> =>
  Operations.layer(MachineLearning, options)

/**
 * The layer of the client with options from configuration.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Operations.LayerConfigOptions
): Layer.Layer<
  MachineLearning,
  InvalidSettings | ConfigError.ConfigError,
  HttpClient.HttpClient | Credentials.Credentials
> => Operations.layerConfig(MachineLearning, options)

/**
 * The fields of a `GoogleCloudMlV1__Model` in a request.
 *
 * @since 0.1.0
 * @category requests
 */
export interface Model {
  /** Required by the service. */
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** Output only: the server sets it. `GoogleCloudMlV1__Version` as JSON. */
  readonly defaultVersion?: { readonly [key: string]: unknown } | undefined
  /** One region at most. */
  readonly regions?: ReadonlyArray<string> | undefined
  readonly onlinePredictionLogging?: boolean | undefined
  readonly onlinePredictionConsoleLogging?: boolean | undefined
  readonly labels?: { readonly [key: string]: string } | undefined
  /** Base64. */
  readonly etag?: string | undefined
}

/**
 * The fields of a `GoogleCloudMlV1__Version` in a request.
 *
 * @since 0.1.0
 * @category requests
 */
export interface VersionInput {
  /** Required by the service. */
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** Output only: the server sets it. */
  readonly isDefault?: boolean | undefined
  /** Required by the service unless `container` is given. */
  readonly deploymentUri?: string | undefined
  /** Output only: the server sets it. RFC 3339. */
  readonly createTime?: string | undefined
  /** Output only: the server sets it. RFC 3339. */
  readonly lastUseTime?: string | undefined
  /** Required by the service unless `container` is given. */
  readonly runtimeVersion?: string | undefined
  /** Excludes `manualScaling`. `GoogleCloudMlV1__AutoScaling` as JSON. */
  readonly autoScaling?: { readonly [key: string]: unknown } | undefined
  /** Excludes `autoScaling`. `GoogleCloudMlV1__ManualScaling` as JSON. */
  readonly manualScaling?: { readonly [key: string]: unknown } | undefined
  /** Output only: the server sets it. */
  readonly state?: keyof typeof VersionState | (string & {}) | undefined
  /** Output only: the server sets it. */
  readonly errorMessage?: string | undefined
  readonly packageUris?: ReadonlyArray<string> | undefined
  readonly labels?: { readonly [key: string]: string } | undefined
  /** Base64. */
  readonly etag?: string | undefined
  readonly machineType?: string | undefined
  readonly framework?: keyof typeof VersionFramework | (string & {}) | undefined
  /** Required by the service unless `container` is given. */
  readonly pythonVersion?: string | undefined
  readonly predictionClass?: string | undefined
  readonly serviceAccount?: string | undefined
  /** `GoogleCloudMlV1__AcceleratorConfig` as JSON. */
  readonly acceleratorConfig?: { readonly [key: string]: unknown } | undefined
  /** Only {@link patchVersion} heeds it. `GoogleCloudMlV1__RequestLoggingConfig` as JSON. */
  readonly requestLoggingConfig?: { readonly [key: string]: unknown } | undefined
  /** `GoogleCloudMlV1__ExplanationConfig` as JSON. */
  readonly explanationConfig?: { readonly [key: string]: unknown } | undefined
  /** `GoogleCloudMlV1__ContainerSpec` as JSON. */
  readonly container?: { readonly [key: string]: unknown } | undefined
  /** Only with `container`. `GoogleCloudMlV1__RouteMap` as JSON. */
  readonly routes?: { readonly [key: string]: unknown } | undefined
  /** Output only: the server sets it. RFC 3339. */
  readonly lastMigrationTime?: string | undefined
  /** Output only: the server sets it. */
  readonly lastMigrationModelId?: string | undefined
}

/**
 * The arguments of {@link deleteModel}.
 *
 * @since 0.1.0
 * @category requests
 */
export interface DeleteModelRequest {
  /** In the path: `projects/*\/models/*`. Required. */
  readonly name: string
}

/**
 * `projects.models.delete`: `DELETE /v1/{name=projects/*\/models/*}`.
 *
 * The response is a `google.protobuf.Empty`.
 *
 * @since 0.1.0
 * @category methods
 */
export const deleteModel: Operations.Method<
  "ml.googleapis.com/v1",
  DeleteModelRequest,
  OperationMetadata
> = /*#__PURE__*/ Operations.method<DeleteModelRequest>()({
  service: "ml.googleapis.com/v1",
  rpc: "ml.projects.models.delete",
  verb: "DELETE",
  templates: ["/v1/{name=projects/*/models/*}"],
  request: {
    name: { in: "path", required: true }
  },
  response: "google.protobuf.Empty",
  metadata: OperationMetadata
})

/**
 * The arguments of {@link patchModel}.
 *
 * @since 0.1.0
 * @category requests
 */
export interface PatchModelRequest {
  /** In the path: `projects/*\/models/*`. Required. */
  readonly name: string
  /** Field paths, in the query. Required. */
  readonly updateMask: string | ReadonlyArray<string>
  /** The body. Required. */
  readonly model: Model
}

/**
 * `projects.models.patch`: `PATCH /v1/{name=projects/*\/models/*}`.
 *
 * The response is a `google.cloud.ml.v1.Model`.
 *
 * @since 0.1.0
 * @category methods
 */
export const patchModel: Operations.Method<
  "ml.googleapis.com/v1",
  PatchModelRequest,
  OperationMetadata
> = /*#__PURE__*/ Operations.method<PatchModelRequest>()({
  service: "ml.googleapis.com/v1",
  rpc: "ml.projects.models.patch",
  verb: "PATCH",
  templates: ["/v1/{name=projects/*/models/*}"],
  body: "model",
  request: {
    name: { in: "path", required: true },
    updateMask: { in: "query", required: true, mask: true },
    model: { in: "body", required: true }
  },
  response: "google.cloud.ml.v1.Model",
  metadata: OperationMetadata
})

/**
 * The arguments of {@link createVersion}.
 *
 * @since 0.1.0
 * @category requests
 */
export interface CreateVersionRequest {
  /** In the path: `projects/*\/models/*`. Required. */
  readonly parent: string
  /** The body. Required. */
  readonly version: VersionInput
}

/**
 * `projects.models.versions.create`: `POST /v1/{parent=projects/*\/models/*}/versions`.
 *
 * The response is a `google.cloud.ml.v1.Version`.
 *
 * @since 0.1.0
 * @category methods
 */
export const createVersion: Operations.Method<
  "ml.googleapis.com/v1",
  CreateVersionRequest,
  OperationMetadata
> = /*#__PURE__*/ Operations.method<CreateVersionRequest>()({
  service: "ml.googleapis.com/v1",
  rpc: "ml.projects.models.versions.create",
  verb: "POST",
  templates: ["/v1/{parent=projects/*/models/*}/versions"],
  body: "version",
  request: {
    parent: { in: "path", required: true },
    version: { in: "body", required: true }
  },
  response: "google.cloud.ml.v1.Version",
  metadata: OperationMetadata
})

/**
 * The arguments of {@link deleteVersion}.
 *
 * @since 0.1.0
 * @category requests
 */
export interface DeleteVersionRequest {
  /** In the path: `projects/*\/models/*\/versions/*`. Required. */
  readonly name: string
}

/**
 * `projects.models.versions.delete`: `DELETE /v1/{name=projects/*\/models/*\/versions/*}`.
 *
 * The response is a `google.protobuf.Empty`.
 *
 * @since 0.1.0
 * @category methods
 */
export const deleteVersion: Operations.Method<
  "ml.googleapis.com/v1",
  DeleteVersionRequest,
  OperationMetadata
> = /*#__PURE__*/ Operations.method<DeleteVersionRequest>()({
  service: "ml.googleapis.com/v1",
  rpc: "ml.projects.models.versions.delete",
  verb: "DELETE",
  templates: ["/v1/{name=projects/*/models/*/versions/*}"],
  request: {
    name: { in: "path", required: true }
  },
  response: "google.protobuf.Empty",
  metadata: OperationMetadata
})

/**
 * The arguments of {@link patchVersion}.
 *
 * @since 0.1.0
 * @category requests
 */
export interface PatchVersionRequest {
  /** In the path: `projects/*\/models/*\/versions/*`. Required. */
  readonly name: string
  /** Field paths, in the query. Required. */
  readonly updateMask: string | ReadonlyArray<string>
  /** The body. Required. */
  readonly version: VersionInput
}

/**
 * `projects.models.versions.patch`: `PATCH /v1/{name=projects/*\/models/*\/versions/*}`.
 *
 * The response is a `google.cloud.ml.v1.Version`.
 *
 * @since 0.1.0
 * @category methods
 */
export const patchVersion: Operations.Method<
  "ml.googleapis.com/v1",
  PatchVersionRequest,
  OperationMetadata
> = /*#__PURE__*/ Operations.method<PatchVersionRequest>()({
  service: "ml.googleapis.com/v1",
  rpc: "ml.projects.models.versions.patch",
  verb: "PATCH",
  templates: ["/v1/{name=projects/*/models/*/versions/*}"],
  body: "version",
  request: {
    name: { in: "path", required: true },
    updateMask: { in: "query", required: true, mask: true },
    version: { in: "body", required: true }
  },
  response: "google.cloud.ml.v1.Version",
  metadata: OperationMetadata
})
