/**
 * Where the examples run, as a layer: an example's own code is the same in both places.
 *
 * Without GOOGLE_CLOUD_PROJECT it is the operations server of `effect-lro/testing` on a free loopback port: no account, no
 * credentials, nothing leaves the machine. With it, it is Google and that project, with Application Default Credentials.
 */
import {
  FetchHttpClient,
  HttpClient,
  HttpClientRequest,
  type HttpServerError
} from "@effect/platform"
import { NodeHttpClient, NodeHttpServer } from "@effect/platform-node"
import { Config, type ConfigError, Console, Context, Effect, Layer, Option } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import type * as LroError from "effect-lro/LroError"
import * as Polling from "effect-lro/Polling"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as ServiceManagement from "effect-lro/services/servicemanagement/v1"
import * as WorkloadManager from "effect-lro/services/workloadmanager/v1"
import * as Testing from "effect-lro/testing"
import { createServer } from "node:http"

export class Environment extends Context.Tag("examples/Environment")<Environment, {
  readonly project: string
  /** Prepares or inspects the embedded server. Does nothing where there is none. */
  readonly server: (use: (server: Testing.Service) => Effect.Effect<void>) => Effect.Effect<void>
  /** The environment variables that bring another process to the same place. */
  readonly variables: Readonly<Record<string, string>>
}>() {}

const projectVariable = "GOOGLE_CLOUD_PROJECT"
const serverVariable = "EFFECT_LRO_EXAMPLES_SERVER"

/** What the embedded server serves unless an example brings more. */
const served = {
  bindings: [NetworkConnectivity.binding, ServiceManagement.binding, WorkloadManager.binding],
  methods: [
    NetworkConnectivity.createHub,
    NetworkConnectivity.deleteHub,
    ServiceManagement.createService,
    ServiceManagement.deleteService,
    WorkloadManager.createEvaluation,
    WorkloadManager.deleteEvaluation
  ]
}

/** Hub ids for which the embedded server does what they say. All else takes two seconds and succeeds. */
const hubs = new Map<unknown, Testing.Script>([
  ["succeeds", Testing.succeedAfter("1 second")],
  [
    "fails",
    Testing.failAfter("1 second", { code: "ABORTED", message: "another change came first" })
  ],
  ["never-ends", Testing.neverDone()],
  ["given-up", Testing.neverDone()],
  ["cannot-be-cancelled", Testing.neverDone({ cancellation: "unsupported" })]
])

const google = (project: string) =>
  Layer.mergeAll(
    FetchHttpClient.layer,
    GoogleAuth.layer(),
    Layer.effect(
      Environment,
      Effect.as(
        Console.log(`Google, project ${project}\n`),
        { project, server: () => Effect.void, variables: { [projectVariable]: project } }
      )
    )
  )

/** Sends every request to one address, and says in `host` whom it was meant for. */
const clientOf = (url: string) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      HttpClient.HttpClient,
      HttpClient.mapRequest((request) =>
        request.pipe(
          HttpClientRequest.updateUrl((target) => target.replace(/^https?:\/\/[^/]+/, url)),
          HttpClientRequest.setHeader("host", new URL(request.url).host)
        )
      )
    )
  ).pipe(Layer.provide(NodeHttpClient.layer))

/** All that does not depend on who owns the server. Nobody wants to wait a second for a demo's first poll. */
const local = (url: string, server: (typeof Environment.Service)["server"]) =>
  Layer.mergeAll(
    clientOf(url),
    Credentials.layerNone,
    Layer.succeed(Polling.CurrentSettings, { schedule: Polling.fixed("100 millis") }),
    Layer.succeed(Environment, { project: "demo", server, variables: { [serverVariable]: url } })
  )

/** A server that somebody else has started. */
export const at = (url: string): Layer.Layer<Services> => local(url, () => Effect.void)

/**
 * The embedded server, whatever the environment says. An example that has bindings and methods of its own adds them.
 */
export const embedded = (options: Partial<Testing.Options> = {}) =>
  Layer.unwrapEffect(
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* Console.log(`embedded server at ${server.url}\n`)
      return local(server.url, (use) => use(server))
    })
  ).pipe(
    Layer.provide(Testing.layerServer({
      onStart: ({ request }) => hubs.get(request["hubId"]) ?? Testing.succeedAfter("2 seconds"),
      ...options,
      bindings: [...served.bindings, ...(options.bindings ?? [])],
      methods: [...served.methods, ...(options.methods ?? [])]
    })),
    Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
  )

type Services = Environment | HttpClient.HttpClient | Credentials.Credentials
type Problem = LroError.InvalidSettings | HttpServerError.ServeError

/** Google or the embedded server, or the one of the process that started this one. */
export const layer: Layer.Layer<Services, Problem | ConfigError.ConfigError> = Layer.unwrapEffect(
  Effect.map(
    Config.all([
      Config.option(Config.nonEmptyString(projectVariable)),
      Config.option(Config.nonEmptyString(serverVariable))
    ]),
    ([project, url]): Layer.Layer<Services, Problem> => {
      if (Option.isSome(project)) return google(project.value)
      return Option.isSome(url) ? at(url.value) : embedded()
    }
  )
)
