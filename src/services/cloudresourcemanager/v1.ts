/**
 * Cloud Resource Manager API, v1: `cloudresourcemanager.googleapis.com`.
 *
 * Operations: get. One method starts operations. The version has no published service config: this module follows its
 * discovery document (revision 20251103).
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import type * as Layer from "effect/Layer"
import type * as Credentials from "../../Credentials.ts"
import type { InvalidSettings } from "../../LroError.ts"
import * as Operations from "../../Operations.ts"
import * as Messages from "./v1/messages.ts"

/**
 * Where `cloudresourcemanager.googleapis.com` v1 serves its operations, and the scopes that it accepts.
 *
 * @since 0.1.0
 * @category bindings
 */
export const binding = /*#__PURE__*/ Operations.binding({
  service: "cloudresourcemanager.googleapis.com",
  version: "v1",
  scopes: [
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/cloud-platform.read-only"
  ],
  methods: {
    get: { verb: "GET", templates: ["/v1/{name=operations/**}"] }
  }
})

/**
 * The client of the Cloud Resource Manager API, v1.
 *
 * @since 0.1.0
 * @category tags
 */
export class CloudResourceManager extends /*#__PURE__*/ Operations.Tag<CloudResourceManager>()(
  "effect-lro/services/cloudresourcemanager/v1",
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
 * The arguments of {@link createProject}.
 *
 * @since 0.1.0
 * @category requests
 */
export interface CreateProjectRequest {
  /** The body. Required. */
  readonly project: Messages.ProjectInput
}

/**
 * `projects.create`: `POST /v1/projects`.
 *
 * The response is a {@link Messages.Project}.
 *
 * @since 0.1.0
 * @category methods
 */
export const createProject: Operations.Method<
  "cloudresourcemanager.googleapis.com/v1",
  CreateProjectRequest,
  Messages.ProjectCreationStatus,
  Messages.Project
> = /*#__PURE__*/ Operations.method<CreateProjectRequest>()({
  service: "cloudresourcemanager.googleapis.com/v1",
  rpc: "cloudresourcemanager.projects.create",
  verb: "POST",
  templates: ["/v1/projects"],
  body: "project",
  request: {
    project: { in: "body", required: true }
  },
  response: Messages.Project,
  metadata: Messages.ProjectCreationStatus
})
