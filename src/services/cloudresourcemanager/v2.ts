/**
 * Cloud Resource Manager API, v2: `cloudresourcemanager.googleapis.com`.
 *
 * Operations: get, under `/v1/`. Two methods start operations. The service config of this version binds no operations:
 * the binding follows the discovery document (revision 20251103), the methods follow
 * google/cloud/resourcemanager/v2/folders.proto.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import type * as Layer from "effect/Layer"
import type * as Credentials from "../../Credentials.ts"
import type { InvalidSettings } from "../../LroError.ts"
import * as Operations from "../../Operations.ts"
import * as Messages from "./v2/messages.ts"

/**
 * Where `cloudresourcemanager.googleapis.com` v2 serves its operations, under `/v1/`, and the scopes that it accepts.
 *
 * @since 0.1.0
 * @category bindings
 */
export const binding = /*#__PURE__*/ Operations.binding({
  service: "cloudresourcemanager.googleapis.com",
  version: "v2",
  scopes: [
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/cloud-platform.read-only"
  ],
  methods: {
    get: { verb: "GET", templates: ["/v1/{name=operations/**}"] }
  }
})

/**
 * The client of the Cloud Resource Manager API, v2.
 *
 * @since 0.1.0
 * @category tags
 */
export class CloudResourceManager extends /*#__PURE__*/ Operations.Tag<CloudResourceManager>()(
  "effect-lro/services/cloudresourcemanager/v2",
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
): Layer.Layer<
  CloudResourceManager,
  InvalidSettings,
  HttpClient.HttpClient | Credentials.Credentials
> => Operations.layer(CloudResourceManager, options)

/**
 * The layer of the client with options from configuration.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Operations.LayerConfigOptions
): Layer.Layer<
  CloudResourceManager,
  InvalidSettings | ConfigError.ConfigError,
  HttpClient.HttpClient | Credentials.Credentials
> => Operations.layerConfig(CloudResourceManager, options)

/**
 * The arguments of {@link createFolder}.
 *
 * @since 0.1.0
 * @category requests
 */
export interface CreateFolderRequest {
  /** In the query. Required. */
  readonly parent: string
  /** The body. Required. */
  readonly folder: Messages.FolderInput
}

/**
 * `Folders.CreateFolder`: `POST /v2/folders`.
 *
 * The response is a {@link Messages.Folder}.
 *
 * @since 0.1.0
 * @category methods
 */
export const createFolder: Operations.Method<
  "cloudresourcemanager.googleapis.com/v2",
  CreateFolderRequest,
  Messages.FolderOperation,
  Messages.Folder
> = /*#__PURE__*/ Operations.method<CreateFolderRequest>()({
  service: "cloudresourcemanager.googleapis.com/v2",
  rpc: "google.cloud.resourcemanager.v2.Folders.CreateFolder",
  verb: "POST",
  templates: ["/v2/folders"],
  body: "folder",
  request: {
    parent: { in: "query", required: true },
    folder: { in: "body", required: true }
  },
  response: Messages.Folder,
  metadata: Messages.FolderOperation
})

/**
 * The arguments of {@link moveFolder}.
 *
 * @since 0.1.0
 * @category requests
 */
export interface MoveFolderRequest {
  /** In the path: `folders/*`. Required. */
  readonly name: string
  /** In the body. Required. */
  readonly destinationParent: string
}

/**
 * `Folders.MoveFolder`: `POST /v2/{name=folders/*}:move`.
 *
 * The response is a {@link Messages.Folder}.
 *
 * @since 0.1.0
 * @category methods
 */
export const moveFolder: Operations.Method<
  "cloudresourcemanager.googleapis.com/v2",
  MoveFolderRequest,
  Messages.FolderOperation,
  Messages.Folder
> = /*#__PURE__*/ Operations.method<MoveFolderRequest>()({
  service: "cloudresourcemanager.googleapis.com/v2",
  rpc: "google.cloud.resourcemanager.v2.Folders.MoveFolder",
  verb: "POST",
  templates: ["/v2/{name=folders/*}:move"],
  body: "*",
  request: {
    name: { in: "path", required: true },
    destinationParent: { in: "body", required: true }
  },
  response: Messages.Folder,
  metadata: Messages.FolderOperation
})
