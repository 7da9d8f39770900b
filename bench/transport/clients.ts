// One after another on purpose.
// oxlint-disable no-await-in-loop
/** Everything that is compared, each as a way to get one operation many times. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { CloudBuildClient } from "@google-cloud/cloudbuild"
import { cloudbuild } from "@googleapis/cloudbuild"
import { Clock, Effect, Layer, ManagedRuntime, Redacted, Tracer } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as NodeTransport from "effect-lro/NodeTransport"
import { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Service from "effect-lro/services/networkconnectivity/v1"
import { GoogleAuth, OAuth2Client } from "google-auth-library"
import * as Undici from "undici"

export const concurrency = 64
export const name = "projects/p/locations/global/operations/operation-1"

/** `run(n)` gets the operation `n` times, 64 at a time. */
export interface Client {
  readonly key: string
  readonly run: (calls: number) => Promise<void>
}

const workers = (get: () => Promise<unknown>): Client["run"] => async (calls) => {
  let left = calls
  const worker = async () => {
    while (left-- > 0) await get()
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

const fibers = <R>(
  runtime: ManagedRuntime.ManagedRuntime<R, unknown>,
  get: Effect.Effect<unknown, unknown, R>
): Client["run"] => {
  return async (calls) => {
    let left = calls
    const worker = Effect.whileLoop({ while: () => left-- > 0, body: () => get, step: () => {} })
    await runtime.runPromise(
      Effect.all(Array.from({ length: concurrency }, () => worker), {
        concurrency: "unbounded",
        discard: true
      })
    )
  }
}

const credentials = Credentials.layerTokenEffect(() =>
  Effect.map(Clock.currentTimeMillis, (now) => ({
    token: Redacted.make("ya29.token"),
    expiresAt: now + 3_600_000
  }))
)

/** Makes spans and lets them go, as a sampling exporter does. */
const tracer = Tracer.make({
  span: (name, parent, context, links, startTime, kind) => {
    const attributes = new Map<string, unknown>()
    return {
      _tag: "Span",
      name,
      spanId: "0123456789abcdef",
      traceId: "0123456789abcdef0123456789abcdef",
      parent,
      context,
      status: { _tag: "Started", startTime },
      attributes,
      links,
      sampled: true,
      kind,
      end: () => {},
      attribute: (key, value) => {
        attributes.set(key, value)
      },
      event: () => {},
      addLinks: () => {}
    } satisfies Tracer.Span
  },
  context: (f) => f()
})

export const sdk = (
  origin: string,
  http: Layer.Layer<HttpClient.HttpClient, unknown>,
  traced = false
) =>
  ManagedRuntime.make(
    Service.layer({ endpoint: origin }).pipe(
      Layer.provide(credentials),
      Layer.provide(http),
      traced ? Layer.provideMerge(Layer.setTracer(tracer)) : (layer) => layer
    )
  )

/** The generated client of google-gax in its REST mode. It decodes metadata and response, too: it cannot leave them. */
const gax = async (origin: string) => {
  const authClient = new OAuth2Client()
  authClient.setCredentials({ access_token: "ya29.token", expiry_date: 4_000_000_000_000 })
  const client = new CloudBuildClient({
    fallback: true,
    apiEndpoint: "127.0.0.1",
    port: Number(new URL(origin).port),
    protocol: "http",
    auth: new GoogleAuth({ authClient: authClient as never, projectId: "p" }) as never
  })
  await client.initialize()
  return () => client.operationsClient.getOperation({ name } as never)
}

export const make = async (origin: string): Promise<ReadonlyArray<Client>> => {
  const url = `${origin}/v1/${name}`
  // What effect-lro sends: fetch takes longer the more headers there are.
  const headers = {
    accept: "application/json",
    authorization: "Bearer ya29.token",
    "user-agent": "effect-lro/0.1.0",
    "x-goog-api-client": `gl-node/${process.versions.node} gccl/0.1.0 rest/effect-platform`
  }
  const agent = new Undici.Agent({ connections: concurrency })
  const undiciGet = async () => {
    const { body } = await Undici.request(url, { dispatcher: agent, headers })
    return JSON.parse(await body.text()) as unknown
  }
  const fetchGet = async () => JSON.parse(await (await fetch(url, { headers })).text()) as unknown
  const request = HttpClientRequest.get(url, { headers })
  const platformGet = Effect.flatMap(
    HttpClient.HttpClient,
    (client) => Effect.flatMap(client.execute(request), (response) => response.json)
  )
  const sdkGet = Effect.flatMap(NetworkConnectivity, (client) => client.get({ name }))
  const build = cloudbuild({ version: "v1", rootUrl: `${origin}/`, auth: undefined as never })
  const gaxGet = await gax(origin)
  const node = NodeTransport.layer({ connections: concurrency })
  const fetched = FetchHttpClient.layer
  return [
    { key: "undici", run: workers(undiciGet) },
    { key: "fetch", run: workers(fetchGet) },
    { key: "effect-lro", run: fibers(sdk(origin, node), sdkGet) },
    { key: "effect-lro, traced", run: fibers(sdk(origin, node, true), sdkGet) },
    { key: "effect-lro over fetch", run: fibers(sdk(origin, fetched), sdkGet) },
    { key: "platform fetch", run: fibers(ManagedRuntime.make(fetched), platformGet) },
    {
      key: "platform undici",
      run: fibers(ManagedRuntime.make(NodeHttpClient.layerUndici), platformGet)
    },
    {
      key: "googleapis",
      run: workers(() => build.operations.get({ name }, { headers }))
    },
    { key: "google-gax", run: workers(gaxGet) }
  ]
}
