/** The network between the runners and a server: a relay that can be cut. */
import * as net from "node:net"

export class Link {
  readonly port: number
  readonly #server: net.Server
  readonly #open: Set<net.Socket>
  readonly #state: { isCut: boolean }

  private constructor(server: net.Server, open: Set<net.Socket>, state: { isCut: boolean }) {
    this.port = (server.address() as net.AddressInfo).port
    this.#server = server
    this.#open = open
    this.#state = state
  }

  static open(target: number): Promise<Link> {
    const open = new Set<net.Socket>()
    const state = { isCut: false }
    const server = net.createServer((socket) => {
      if (state.isCut) {
        socket.destroy()
        return
      }
      const other = net.connect(target, "127.0.0.1")
      for (const [from, to] of [[socket, other], [other, socket]] as const) {
        open.add(from)
        from.pipe(to)
        from.on("error", () => {})
        from.on("close", () => {
          open.delete(from)
          to.destroy()
        })
      }
    })
    return new Promise((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve(new Link(server, open, state)))
    )
  }

  /** Resets what is open and all that comes. */
  cut(): void {
    this.#state.isCut = true
    for (const socket of this.#open) socket.resetAndDestroy()
  }

  mend(): void {
    this.#state.isCut = false
  }

  close(): void {
    this.cut()
    this.#server.close()
  }
}
