/** Keeps everything that leaves the process by another way than the wire, and looks for planted secrets in it. */
import { Cause, Effect, Exit, Option, Predicate, Schema, Tracer } from "effect"
import * as LroError from "effect-lro/LroError"
import { Console as NodeConsole } from "node:console"
import { Writable } from "node:stream"
import { inspect } from "node:util"
import * as Logs from "../kit/logs.ts"

/** Secrets, and what must not be shown either: queries. */
export const canaries = {
  token: "ya29.canary-token",
  fresh: "ya29.canary-fresh",
  key: "AIzaSy-canary-key",
  filter: "canary-filter",
  pageToken: "canary-page-token"
}

const canary = /canary-[a-z]+(?:-[a-z]+)?/g

/** The canaries in a text. */
export const leaks = (text: string): ReadonlyArray<string> => text.match(canary) ?? []

/** Secrets of other places in texts. */
export const leaksOf = (
  secrets: ReadonlyArray<string>,
  texts: ReadonlyArray<string>
): ReadonlyArray<string> =>
  texts.flatMap((text) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) =>
      `${secret} in ${text.slice(0, 300)}`
    )
  )

/** A value that is too deep for the stack has no such text, and hides nothing in it. */
const attempt = (render: () => unknown): string => {
  try {
    return String(render())
  } catch (error) {
    return error instanceof RangeError ? "" : `cannot be shown: ${String(error)}`
  }
}

const originalSymbol = Symbol.for("effect/OriginalAnnotation")

/** An error that failed within a span is a proxy of itself, which cannot be cloned. */
const original = (value: unknown): unknown =>
  Predicate.hasProperty(value, originalSymbol) ? value[originalSymbol] : value

/** What a worker or a test runner in another process would get. */
export const cloned = (value: unknown): unknown => {
  try {
    return structuredClone(original(value))
  } catch (error) {
    // Functions cannot be cloned; then nothing leaves this way.
    if (error instanceof DOMException) return undefined
    throw error
  }
}

/** A text of a value for every way in which programs show it. */
export const shown = (value: unknown): ReadonlyArray<string> =>
  [
    () => String(value),
    () => JSON.stringify(value),
    () => inspect(value, { depth: 10 }),
    () => inspect(value, { depth: 10, showHidden: true }),
    () => inspect(cloned(value), { depth: 10, showHidden: true }),
    ...(value instanceof Error ? [() => value.message, () => value.stack] : [])
  ].map(attempt)

const encodeAny = Schema.encodeEither(
  Schema.Union(LroError.WaitErrorSchema, LroError.PageTokenError)
)

/** All texts of a failure: of its cause, its error, and the error's wire form. */
export const shownFailure = (cause: Cause.Cause<unknown>): ReadonlyArray<string> => [
  ...shown(cause),
  attempt(() => Cause.pretty(cause)),
  attempt(() => Cause.pretty(cause, { renderErrorCause: true })),
  ...Option.match(Cause.failureOption(cause), {
    onNone: () => [],
    onSome: (error) => [
      ...shown(error),
      LroError.isLroError(error) && error._tag !== "InvalidSettings"
        ? attempt(() => JSON.stringify(encodeAny(error)))
        : ""
    ]
  })
]

/** Loggers, a tracer and a console that write into memory. */
export const make = () => {
  const texts: Array<string> = []
  const sink = new Writable({
    write: (chunk, _, done) => {
      texts.push(String(chunk))
      done()
    }
  })
  const unsafe = new NodeConsole({ stdout: sink, stderr: sink, inspectOptions: { depth: 10 } })
  const keep = (text: string): void => void texts.push(text)
  const keepLine = (line: unknown): void => keep(String(line))
  const logged = Logs.only(
    Logs.written("json", keepLine),
    Logs.written("logfmt", keepLine),
    Logs.written("text", keepLine)
  )
  const noted = (...values: ReadonlyArray<unknown>): void =>
    keep(
      values.map((value) =>
        attempt(() => typeof value === "string" ? value : JSON.stringify(value) ?? "")
      ).join(" ")
    )
  let spans = 0
  let last: unknown
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      spans++
      noted("span", name)
      const addLinks = (links: ReadonlyArray<Tracer.SpanLink>) =>
        links.forEach((link) => noted("link", link.attributes))
      addLinks(links)
      return {
        _tag: "Span",
        name,
        spanId: "s",
        traceId: "t",
        parent,
        context,
        links,
        kind,
        attributes,
        sampled: true,
        status: { _tag: "Started", startTime },
        end: (_, exit) => {
          if (Exit.isSuccess(exit)) return
          // The spans around the one that failed get the same error once more.
          const error = original(Option.getOrUndefined(Cause.failureOption(exit.cause)))
          if (error === last) keep(attempt(() => Cause.pretty(exit.cause)))
          else texts.push(...shownFailure(exit.cause))
          last = error
        },
        attribute: (key, value) => {
          attributes.set(key, value)
          noted("attribute", key, value)
        },
        event: (name, _, attributes) => noted("event", name, attributes ?? {}),
        addLinks
      }
    },
    context: (run) => run()
  })
  return {
    /** Everything that was shown. */
    texts: texts as ReadonlyArray<string>,
    spans: () => spans,
    note: (more: ReadonlyArray<string>): void => void texts.push(...more),
    /** Runs an effect under these eyes, and logs its failure as a program would. */
    watch: <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      effect.pipe(
        Effect.tapErrorCause((cause) =>
          Effect.zipRight(
            Effect.logError("it failed", cause),
            Effect.logError(Option.getOrUndefined(Cause.failureOption(cause)))
          )
        ),
        Effect.withSpan("program"),
        logged,
        Effect.withTracer(tracer),
        Effect.withTracerEnabled(true),
        (effect) =>
          Effect.consoleWith((console) => Effect.withConsole(effect, { ...console, unsafe }))
      )
  }
}
