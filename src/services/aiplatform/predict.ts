/**
 * Predictions of publisher models on Vertex AI that take long, such as the videos of Veo: `PredictionService.PredictLongRunning`.
 *
 * By hand: the rpc is in the discovery documents of aiplatform v1 and not in the published protos. Operations of publisher models are
 * asked about by `PredictionService.FetchPredictOperation`, which the binding of aiplatform v1 and v1beta1 says; `cancel` does not serve
 * them.
 *
 * @since 0.1.0
 */
import * as Operations from "../../Operations.ts"
import * as ProtoJson from "../../ProtoJson.ts"

/**
 * The arguments of {@link predictLongRunning}.
 *
 * @since 0.1.0
 * @category requests
 */
export interface PredictLongRunningRequest {
  /** In the path: `projects/*\/locations/*\/publishers/*\/models/*`. Required. */
  readonly endpoint: string
  /** In the body: what the model takes, `[{ prompt: "a cat" }]`. Required. */
  readonly instances: ReadonlyArray<unknown>
  /** In the body. */
  readonly parameters?: { readonly [key: string]: unknown } | undefined
}

/**
 * `PredictionService.PredictLongRunning`: `POST /v1/{endpoint=projects/*\/locations/*\/publishers/*\/models/*}:predictLongRunning`.
 *
 * Which message the response is depends on the model. Models are served at the host of their location.
 *
 * @example
 * import { layer, VertexAI } from "effect-lro/services/aiplatform/v1"
 * import { predictLongRunning } from "effect-lro/services/aiplatform/predict"
 * import { Effect, Schema } from "effect"
 *
 * const Videos = Schema.Struct({ videos: Schema.Array(Schema.Struct({ gcsUri: Schema.String })) })
 *
 * export const program = Effect.flatMap(VertexAI, (operations) =>
 *   operations.run(predictLongRunning, {
 *     endpoint: "projects/p/locations/us-central1/publishers/google/models/veo-3.0-generate-001",
 *     instances: [{ prompt: "a cat" }],
 *     parameters: { storageUri: "gs://bucket/videos/" }
 *   }, { response: Videos }))
 *
 * export const VertexAILayer = layer({ endpoint: (location) => `https://${location}-aiplatform.googleapis.com` })
 *
 * @since 0.1.0
 * @category methods
 */
export const predictLongRunning: Operations.BareMethod<
  "aiplatform.googleapis.com/v1",
  PredictLongRunningRequest,
  ProtoJson.AnyValue
> = /*#__PURE__*/ Operations.generatedMethod<PredictLongRunningRequest>()({
  service: "aiplatform.googleapis.com/v1",
  rpc: "google.cloud.aiplatform.v1.PredictionService.PredictLongRunning",
  verb: "POST",
  templates: [
    "/v1/{endpoint=projects/*/locations/*/publishers/*/models/*}:predictLongRunning"
  ],
  body: "*",
  request: {
    endpoint: { in: "path", required: true },
    instances: { in: "body", required: true },
    parameters: { in: "body" }
  },
  metadata: ProtoJson.AnyValue
})
