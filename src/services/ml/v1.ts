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
import type * as Credentials from "../../Credentials.ts"
import type { InvalidSettings } from "../../LroError.ts"
import * as Operations from "../../Operations.ts"
import * as ProtoJson from "../../ProtoJson.ts"
import * as Messages from "./v1/messages.ts"

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
 * The response is empty.
 *
 * @since 0.1.0
 * @category methods
 */
export const deleteModel: Operations.Method<
  "ml.googleapis.com/v1",
  DeleteModelRequest,
  Messages.OperationMetadata,
  void
> = /*#__PURE__*/ Operations.method<DeleteModelRequest>()({
  service: "ml.googleapis.com/v1",
  rpc: "ml.projects.models.delete",
  verb: "DELETE",
  templates: ["/v1/{name=projects/*/models/*}"],
  request: {
    name: { in: "path", required: true }
  },
  response: ProtoJson.Empty,
  metadata: Messages.OperationMetadata
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
  readonly model: Messages.ModelInput
}

/**
 * `projects.models.patch`: `PATCH /v1/{name=projects/*\/models/*}`.
 *
 * The response is a {@link Messages.Model}.
 *
 * @since 0.1.0
 * @category methods
 */
export const patchModel: Operations.Method<
  "ml.googleapis.com/v1",
  PatchModelRequest,
  Messages.OperationMetadata,
  Messages.Model
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
  response: Messages.Model,
  metadata: Messages.OperationMetadata
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
  readonly version: Messages.VersionInput
}

/**
 * `projects.models.versions.create`: `POST /v1/{parent=projects/*\/models/*}/versions`.
 *
 * The response is a {@link Messages.Version}.
 *
 * @since 0.1.0
 * @category methods
 */
export const createVersion: Operations.Method<
  "ml.googleapis.com/v1",
  CreateVersionRequest,
  Messages.OperationMetadata,
  Messages.Version
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
  response: Messages.Version,
  metadata: Messages.OperationMetadata
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
 * The response is empty.
 *
 * @since 0.1.0
 * @category methods
 */
export const deleteVersion: Operations.Method<
  "ml.googleapis.com/v1",
  DeleteVersionRequest,
  Messages.OperationMetadata,
  void
> = /*#__PURE__*/ Operations.method<DeleteVersionRequest>()({
  service: "ml.googleapis.com/v1",
  rpc: "ml.projects.models.versions.delete",
  verb: "DELETE",
  templates: ["/v1/{name=projects/*/models/*/versions/*}"],
  request: {
    name: { in: "path", required: true }
  },
  response: ProtoJson.Empty,
  metadata: Messages.OperationMetadata
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
  readonly version: Messages.VersionInput
}

/**
 * `projects.models.versions.patch`: `PATCH /v1/{name=projects/*\/models/*\/versions/*}`.
 *
 * The response is a {@link Messages.Version}.
 *
 * @since 0.1.0
 * @category methods
 */
export const patchVersion: Operations.Method<
  "ml.googleapis.com/v1",
  PatchVersionRequest,
  Messages.OperationMetadata,
  Messages.Version
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
  response: Messages.Version,
  metadata: Messages.OperationMetadata
})
