/**
 * What a wait tells OpenTelemetry, on the console: the span of the wait, a span of its own for each poll, which the wait links to, and
 * the metrics. Set another exporter and it goes elsewhere. At Google the hub is deleted again. Run: npx tsx examples/telemetry.ts
 */
import * as NodeSdk from "@effect/opentelemetry/NodeSdk"
import { NodeRuntime } from "@effect/platform-node"
import { ConsoleMetricExporter, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics"
import { ConsoleSpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base"
import { Console, Effect, Layer } from "effect"
import * as Polling from "effect-lro/Polling"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Environment from "./support/environment.ts"

const program = Effect.gen(function*() {
  const { project } = yield* Environment.Environment
  const operations = yield* NetworkConnectivity.NetworkConnectivity
  const parent = `projects/${project}/locations/global`

  const request = { parent, hubId: "effect-lro-example", hub: {} }
  const hub = yield* operations.run(NetworkConnectivity.createHub, request)
  yield* Console.log(`created ${hub.name}`)
  yield* operations.run(NetworkConnectivity.deleteHub, { name: hub.name })
}).pipe(
  Effect.withSpan("make a hub"),
  Polling.withSettings({ schedule: Polling.fixed("1 second") })
)

const Telemetry = NodeSdk.layer(() => ({
  resource: { serviceName: "effect-lro-example" },
  spanProcessor: new SimpleSpanProcessor(new ConsoleSpanExporter()),
  metricReader: new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() })
}))

// Below the client, whose polls run in its own scope; above the embedded server, which is not to be traced.
const MainLayer = NetworkConnectivity.layer().pipe(
  Layer.provideMerge(Telemetry),
  Layer.provideMerge(Environment.layer)
)

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
