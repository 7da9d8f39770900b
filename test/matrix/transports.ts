/** Every transport layer that the documentation offers, as its users would set it up. */
import { FetchHttpClient, type HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Layer } from "effect"
import * as NodeTransport from "effect-lro/NodeTransport"

export const transports = {
  /** `FetchHttpClient.layer` */
  fetch: FetchHttpClient.layer,
  /** `NodeHttpClient.layerUndici` */
  undici: NodeHttpClient.layerUndici,
  /** `NodeHttpClient.layer` with a keep-alive agent */
  node: NodeHttpClient.layerWithoutAgent.pipe(
    Layer.provide(NodeHttpClient.makeAgentLayer({ keepAlive: true }))
  ),
  /** `NodeTransport.layer` */
  own: Layer.orDie(NodeTransport.layer())
} satisfies Record<string, Layer.Layer<HttpClient.HttpClient>>

export type Transport = keyof typeof transports

export const names = Object.keys(transports) as ReadonlyArray<Transport>
