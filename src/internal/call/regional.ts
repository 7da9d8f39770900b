import type { Attempt } from "./attempt.ts"

/** Services that serve their locations at hosts of their own, `us-central1-aiplatform.googleapis.com`. */
const services =
  /^(aiplatform|automl|contactcenterinsights|dialogflow|discoveryengine|documentai|speech)\./

/**
 * What may help where the service's global host was asked about an operation of a location.
 *
 * @internal
 */
export const regionalHint = (
  { call: { location = "global" }, host, settings }: Pick<
    Attempt<unknown>,
    "call" | "host" | "settings"
  >
): string | undefined =>
  host === settings.binding.service && services.test(host) && /^[a-z][a-z\d-]+$/.test(location) &&
    location !== "global"
    ? `${location} may be served at a host of its own, ${location}-${host}: set the layer's \`endpoint\``
    : undefined
