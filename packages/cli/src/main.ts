/** The program in a process: its signals, its streams, its end. */
import { ExitCode } from "./exitCode.ts"
import * as NodeIo from "./nodeIo.ts"
import { type OnSignal, run } from "./run.ts"

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    // That a write failed is told in a later turn.
    if (stream.destroyed || stream.writableLength === 0) setImmediate(resolve)
    else stream.write("", () => setImmediate(resolve))
  })

/** As shells tell of a program that wrote to nobody. */
const brokenPipe = 141

export const main = async (words: ReadonlyArray<string>): Promise<void> => {
  const io = NodeIo.make()
  let listener: ((code: ExitCode) => void) | undefined
  let isSignalled = false
  const signal = (code: ExitCode) => () => {
    if (isSignalled || listener === undefined) {
      io.draw([])
      process.exit(code)
    }
    isSignalled = true
    listener(code)
  }
  const onSignal: OnSignal = (given) => {
    listener = given
    return () => {
      listener = undefined
    }
  }
  process.on("SIGINT", signal(ExitCode.interrupted))
  process.on("SIGTERM", signal(ExitCode.terminated))
  for (const [name, stream] of [["output", process.stdout], ["error", process.stderr]] as const) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      io.draw([])
      if (error.code === "EPIPE") process.exit(brokenPipe)
      if (name === "output") {
        io.stderr.write(`error: standard output can't be written: ${error.message}\n`)
      }
      process.exit(ExitCode.notWritten)
    })
  }
  const code = await run(words, io, onSignal).catch((error: unknown) => {
    io.stderr.write(
      `fault of lro: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`
    )
    return ExitCode.fault
  })
  io.draw([])
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  process.exit(code)
}
