import { Context, DefaultServices, Layer, Option, Tracer } from "effect"

/** A tracer that keeps every span. */
export const make = () => {
  const spans: Array<Tracer.Span> = []
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      const span: Tracer.Span & { readonly links: Array<Tracer.SpanLink> } = {
        _tag: "Span",
        name,
        spanId: `span-${spans.length}`,
        traceId: Option.match(parent, { onNone: () => "trace", onSome: (span) => span.traceId }),
        parent,
        context,
        status: { _tag: "Started", startTime },
        attributes,
        links: [...links],
        sampled: true,
        kind,
        end: () => {},
        attribute: (key, value) => void attributes.set(key, value),
        event: () => {},
        addLinks: (more) => void span.links.push(...more)
      }
      spans.push(span)
      return span
    },
    context: (run) => run()
  })
  return { spans, layer: Layer.setTracer(tracer) }
}

/** Effect's own spans, with ids as on the wire, and kept. */
export const native = () => {
  const effects = Context.get(DefaultServices.liveServices, Tracer.Tracer)
  const spans: Array<Tracer.Span> = []
  const tracer = Tracer.make({
    span: (...options) => {
      const span = effects.span(...options)
      spans.push(span)
      return span
    },
    context: effects.context
  })
  return { spans, layer: Layer.setTracer(tracer) }
}
