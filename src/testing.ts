/**
 * An operations server for tests: google.longrunning.Operations as Google's services speak it over HTTP and JSON.
 *
 * Operations are scripted: plain data says how long one runs, what it ends with and what its metadata shows meanwhile.
 * The state is computed from the `Clock` when somebody asks, so under `TestClock` a day of waiting takes no time.
 *
 * The server comes in two forms with one behaviour. {@link layer} *is* the `HttpClient`: no sockets, nothing to shut
 * down. {@link layerServer} listens on a real port, for an HTTP client in any language.
 *
 * @example
 * import * as Credentials from "effect-lro/Credentials"
 * import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
 * import * as Testing from "effect-lro/testing"
 * import { Effect, Fiber, Layer, TestClock } from "effect"
 *
 * const name = "projects/p/locations/global/operations/o"
 *
 * export const test = Effect.gen(function*() {
 *   const server = yield* Testing.OperationsServer
 *   const operations = yield* NetworkConnectivity.NetworkConnectivity
 *   yield* server.put(name, Testing.succeedAfter("1 hour"))
 *   const fiber = yield* Effect.fork(operations.untilDone(name))
 *   yield* TestClock.adjust("2 hours")
 *   yield* Fiber.join(fiber)
 *   return (yield* server.requests).map((request) => request.at)
 * })
 *
 * export const TestLayer = NetworkConnectivity.layer().pipe(
 *   Layer.provide(Credentials.layerNone),
 *   Layer.provideMerge(Testing.layer({
 *     bindings: [NetworkConnectivity.binding],
 *     methods: [NetworkConnectivity.createHub]
 *   }))
 * )
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpServer from "@effect/platform/HttpServer"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as internal from "./internal/testing/layers.ts"
import * as testClock from "./internal/testing/testClock.ts"
import type * as Operations from "./Operations.ts"
import type { AnyMessage, Fault, JsonObject, Message, Script } from "./TestScript.ts"

/**
 * Scripts of operations and scripted faults.
 *
 * @since 0.1.0
 */
export * from "./TestScript.ts"

/**
 * The six kinds of request: the methods of google.longrunning.Operations, and a method that starts an operation.
 *
 * @since 0.1.0
 * @category models
 */
export type MethodKind = "get" | "list" | "cancel" | "delete" | "wait" | "start"

/**
 * Picks requests. A field that is left out picks all, so `{}` picks every request, also one that no binding has.
 *
 * @since 0.1.0
 * @category models
 */
export interface Selector {
  readonly method?: MethodKind | undefined
  readonly service?: string | undefined
  readonly version?: string | undefined
  /** The full name of a start method, or its last parts: `CreateHub`, `HubService.CreateHub`. */
  readonly rpc?: string | undefined
  /** The decoded name in the path: an operation, or the parent of a list. */
  readonly name?: string | undefined
}

/**
 * A call that starts an operation.
 *
 * @since 0.1.0
 * @category models
 */
export interface StartCall {
  readonly service: string
  readonly version: string
  /** The full name of the method. */
  readonly rpc: string
  /** The request message, put together from path, query and body; camelCase. */
  readonly request: JsonObject
  /** The name that the operation gets. */
  readonly operation: string
  /** The type name that the method declares for its metadata. */
  readonly metadataType: string
  /** The type name that the method declares for its response. */
  readonly responseType: string
  /**
   * The default response: the declared type, with the resource of the request where it holds one, but for its input-only fields, under
   * a name of the resource's own pattern.
   */
  readonly response: AnyMessage
}

/**
 * A request as it arrived.
 *
 * @since 0.1.0
 * @category models
 */
export interface RecordedRequest {
  /** Milliseconds of the `Clock`. */
  readonly at: number
  readonly verb: string
  /** The path as it was sent: encoded, not normalised. */
  readonly path: string
  /** What follows the `?`, as it was sent; empty when there is none. */
  readonly query: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** `undefined` when no body or an empty one was sent. */
  readonly body: string | undefined
  /** The method that the path belongs to, `undefined` when no binding has it. */
  readonly method: MethodKind | undefined
  /** The full name of the start method. */
  readonly rpc: string | undefined
  /** The decoded name in the path. */
  readonly name: string | undefined
}

/**
 * Options of {@link layer} and {@link layerServer}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * Whole service modules: their bindings and all their methods. `services: [NetworkConnectivity]` with
   * `import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"`.
   */
  readonly services?: ReadonlyArray<{ readonly binding: Operations.AnyBinding }> | undefined
  /**
   * The service versions that are served. A request for the host of one of them goes to it; any other host, such as
   * `localhost`, is served by path, and versions that share a path then share the request.
   */
  readonly bindings?: ReadonlyArray<Operations.AnyBinding> | undefined
  /** The methods that start operations. */
  readonly methods?: ReadonlyArray<Operations.AnyMethod> | undefined
  /** The script of an operation that a method starts. @default succeeds after ten seconds */
  readonly onStart?: ((call: StartCall) => Script) | undefined
  /**
   * What fields and query parameters meet that a request message does not have. Google refuses them with 400; `"accept"` takes and
   * keeps them, for fields that are newer than this package.
   *
   * @default "refuse"
   */
  readonly unknownFields?: "refuse" | "accept" | undefined
  /** What is bound but switched off; answered with 501 `UNIMPLEMENTED`. */
  readonly disabled?: ReadonlyArray<Selector> | undefined
  /** How long a `request_id` is remembered. @default "10 minutes" */
  readonly requestIdWindow?: Duration.DurationInput | undefined
  /** Page size of a list that asks for none. @default 50 */
  readonly defaultPageSize?: number | undefined
  /** A greater page size is lowered to this. @default 1000, and 100 for Service Management */
  readonly maxPageSize?: number | undefined
  /** How many operations a page looks at; fewer than the page size gives short and empty pages with a token. */
  readonly scanPerPage?: number | undefined
  /** What `returnPartialSuccess=true` meets; it is understood only where a service says so. @default "unimplemented" */
  readonly partialSuccess?: "supported" | "unimplemented" | undefined
  /** Locations (`projects/p/locations/l`) that cannot be reached by a list. */
  readonly unreachable?: ReadonlyArray<string> | undefined
  /** The longest that a wait request is held open; zero answers at once. @default "60 seconds" */
  readonly maxWait?: Duration.DurationInput | undefined
  /** The page for a path that no binding has. @default the shape of Google's front end */
  readonly notFoundHtml?: ((path: string) => string) | undefined
}

/**
 * A script for a method: its response and metadata are fields of the method's own messages.
 *
 * @since 0.1.0
 * @category models
 */
export type ScriptOf<M, W> = Script<Message<Operations.ResponseIn<W>>, Message<M>>

/**
 * The server, as a test drives it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Where it can be reached: its real address, or `http://localhost` for the one without sockets. */
  readonly url: string
  /**
   * Makes an operation exist from now on, replacing one of that name. It belongs to every service unless `service` is
   * given; `age` is how long it has been running.
   */
  readonly put: (
    name: string,
    script: Script,
    options?: {
      readonly service?: string | undefined
      readonly age?: Duration.DurationInput | undefined
    }
  ) => Effect.Effect<void>
  /** Forgets an operation, as a service does that expires it. */
  readonly remove: (name: string) => Effect.Effect<void>
  /**
   * Sets what starts of a method do: the next `times`, or all. The method is given by its value, its full name or the
   * last parts of it. Limited scripts come first, in order.
   */
  readonly script: {
    /**
     * Sets what starts of a method do: the next `times`, or all. Limited scripts come first, in order. Response and metadata are fields of
     * the method's own messages; what is left out has its default.
     */
    <M, W>(
      method: Operations.StartMethod<string, never, M, W>,
      script: ScriptOf<M, W> | ((call: StartCall) => ScriptOf<M, W>),
      options?: { readonly times?: number | undefined }
    ): Effect.Effect<void>
    /**
     * Sets what starts of a method do: the next `times`, or all. The method is given by its full name or the last parts of it. Limited
     * scripts come first, in order.
     */
    (
      method: string,
      script: Script | ((call: StartCall) => Script),
      options?: { readonly times?: number | undefined }
    ): Effect.Effect<void>
  }
  /** Answers the next requests that the selector picks with a fault: one, unless `times` says more. First in, first out. */
  readonly fail: (
    selector: Selector,
    fault: Fault,
    options?: { readonly times?: number | undefined }
  ) => Effect.Effect<void>
  /** How many scripted faults no request has met yet; zero proves that all were used. Unlimited ones do not count. */
  readonly unusedFaults: Effect.Effect<number>
  /** All requests so far, in the order of arrival. */
  readonly requests: Effect.Effect<ReadonlyArray<RecordedRequest>>
  /** The operations as `get` would show them now, in the order of their start. */
  readonly operations: Effect.Effect<ReadonlyArray<JsonObject>>
}

/**
 * The operations server.
 *
 * @since 0.1.0
 * @category tags
 */
export class OperationsServer extends Context.Tag("effect-lro/testing/OperationsServer")<
  OperationsServer,
  Service
>() {}

/**
 * The server as an `HttpClient`: whatever uses the `HttpClient` of this layer talks to the server, whatever host it asks for.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<OperationsServer | HttpClient.HttpClient> =>
  internal.layer(OperationsServer, options)

/**
 * The server on a real port, that of the given `HttpServer`; for Node `NodeHttpServer.layer` of @effect/platform-node
 * with `{ port: 0, host: "127.0.0.1" }`. `Service.url` says where it listens.
 *
 * @example
 * import { NodeHttpServer } from "@effect/platform-node"
 * import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
 * import * as Testing from "effect-lro/testing"
 * import { Effect, Layer } from "effect"
 * import { createServer } from "node:http"
 *
 * const ServerLayer = Testing.layerServer({ bindings: [NetworkConnectivity.binding] }).pipe(
 *   Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
 * )
 *
 * export const program = Effect.gen(function*() {
 *   const server = yield* Testing.OperationsServer
 *   yield* Effect.log(`listening at ${server.url}`)
 * }).pipe(Effect.provide(ServerLayer))
 *
 * @since 0.1.0
 * @category layers
 */
export const layerServer = (
  options: Options
): Layer.Layer<OperationsServer, never, HttpServer.HttpServer> =>
  internal.layerServer(OperationsServer, options)

/**
 * The `TestClock` of a test, cheaper by the timers that it waits for: before each instant it moves on after turns of the
 * event loop, not after three timers of the machine, which take longer than a whole poll. The instants and their order
 * are the same.
 *
 * For tests over {@link layer}. Keep the clock as it is where something comes by a real socket, a file or a process while
 * the time is moved: a turn does not wait for them. Without a `TestClock`, which `it.effect` of @effect/vitest or
 * `TestContext` gives, the layer dies.
 *
 * @example
 * import * as Testing from "effect-lro/testing"
 * import { Effect, TestClock, TestContext, Layer } from "effect"
 *
 * const VirtualTime = Testing.layerTestClock.pipe(Layer.provideMerge(TestContext.TestContext))
 *
 * export const program = Effect.gen(function*() {
 *   yield* TestClock.adjust("1 day")
 * }).pipe(Effect.provide(VirtualTime))
 *
 * @since 0.1.0
 * @category layers
 */
export const layerTestClock: Layer.Layer<never> = testClock.layer
