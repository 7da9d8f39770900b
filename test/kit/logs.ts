/** Where the log of an effect goes. Only this file knows how Effect spells it. */
import { Cause, Effect, FiberRef, HashMap, HashSet, Layer, Logger, LogLevel } from "effect"

/** A line of the log. */
export interface Line {
  readonly level: string
  readonly message: string
  readonly annotations: { readonly [key: string]: unknown }
  /** What failed, as text; empty where nothing did. */
  readonly cause: string
}

export type Sink = Logger.Logger<unknown, unknown>

/** Hands over every line. */
export const lines = (keep: (line: Line) => void): Sink =>
  Logger.make(({ annotations, cause, logLevel, message }) =>
    keep({
      level: logLevel.label,
      message: [message].flat().join(" "),
      annotations: Object.fromEntries(HashMap.toEntries(annotations)),
      cause: Cause.isEmpty(cause) ? "" : Cause.pretty(cause)
    })
  )

const formats = {
  text: Logger.stringLogger,
  logfmt: Logger.logfmtLogger,
  json: Logger.jsonLogger,
  structured: Logger.structuredLogger
}

/** Hands over what a logger of Effect makes of every line. */
export const written = (format: keyof typeof formats, keep: (line: unknown) => void): Sink =>
  Logger.map<unknown, unknown, void>(formats[format], keep)

type Same = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** These in place of the one that prints. Not a layer: of the loggers that one gives to an effect, some stay with its fiber. */
export const instead = (...sinks: ReadonlyArray<Sink>): Same =>
  Effect.locallyWith(
    FiberRef.currentLoggers,
    (loggers) => HashSet.union(HashSet.remove(loggers, Logger.defaultLogger), sinks)
  )

/** Prints nothing. */
export const silent: Same = instead()

/** Lines of every level. */
export const all: Same = Logger.withMinimumLogLevel(LogLevel.All)

/** Warnings, and lines about errors. */
export const warnings: Same = Logger.withMinimumLogLevel(LogLevel.Warning)

/** Only lines about errors. */
export const errors: Same = Logger.withMinimumLogLevel(LogLevel.Error)

/** Every line, for these, for a terminal and for the current span; for nobody else. */
export const only = (...sinks: ReadonlyArray<Sink>): Same => (effect) =>
  all(Effect.locally(
    effect,
    FiberRef.currentLoggers,
    HashSet.make<ReadonlyArray<Sink>>(
      ...sinks,
      Logger.prettyLogger({ mode: "tty", colors: false }),
      Logger.tracerLogger
    )
  ))

/** Hands over every line to this one too, in all that has the layer. */
export const beside = (sink: Sink): Layer.Layer<never> =>
  Layer.merge(Logger.add(sink), Logger.minimumLogLevel(LogLevel.All))
