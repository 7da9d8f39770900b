import type * as Undici from "undici"
import { Queue } from "./queue.ts"
import type { Route } from "./route.ts"

/** As many streams as Google's front ends take on one connection. */
const maxStreams = 100

type Factory = NonNullable<Undici.Agent.Options["factory"]>

/** How the two protocols are spoken to one origin. */
interface Ways {
  readonly multiplexed: (factory: Factory) => Undici.Dispatcher
  readonly plain: () => Undici.Dispatcher
}

/**
 * The way to an origin that may know HTTP/2: then one connection carries every call. The first call finds out which protocol it is,
 * alone; undici itself would open a connection for each call that comes before it knows.
 *
 * @internal
 */
export const multiplexing = (
  undici: Pick<typeof Undici, "Client" | "buildConnector">,
  connections: number,
  ways: Ways
): Route => {
  const queue = new Queue(1)
  let isPlain = false
  const learn = (isHttp2: boolean | undefined) => {
    if (isHttp2 !== undefined) isPlain = !isHttp2
    queue.places = isPlain ? connections : Math.min(connections, maxStreams)
  }
  const factory: Factory = (origin, settings) => {
    const options: Undici.Client.Options = settings
    const connect = typeof options.connect === "function"
      ? options.connect
      : undici.buildConnector({ ...options.connect, allowH2: true })
    const client = new undici.Client(origin, {
      ...options,
      allowH2: true,
      connect: (target, done) =>
        connect(target, (...[error, socket]) => {
          if (error !== null) {
            learn(undefined)
            return done(error, null)
          }
          const isHttp2 = "alpnProtocol" in socket && socket.alpnProtocol === "h2"
          client.pipelining = isHttp2 ? maxStreams : 1
          learn(isHttp2)
          done(null, socket)
        })
    })
    return client
  }
  const multiplexed = ways.multiplexed(factory)
  return {
    queue,
    dispatch: (sent, handler) =>
      (isPlain ? ways.plain() : multiplexed).dispatch(
        // undici would let a POST wait for the end of every other call.
        { ...sent, idempotent: true },
        handler
      )
  }
}
