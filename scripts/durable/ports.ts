import * as net from "node:net"

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = net.createServer()
    server.once("error", () => resolve(false))
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
  })

/** A port for a process that comes and goes: below those that systems take for connections, so it is still free when it comes back. */
export const ownPort = async (): Promise<number> => {
  const port = 10_000 + Math.floor(Math.random() * 10_000)
  return await isFree(port) ? port : ownPort()
}
