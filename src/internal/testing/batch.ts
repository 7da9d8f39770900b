/**
 * Batches of calls in one request: multipart/mixed at `/batch` or `/batch/<api>/<version>`, each part an application/http request; the
 * reply is of the same kind (https://developers.google.com/calendar/batch).
 */
import type { Reply, Request } from "./reply.ts"
import type { Route } from "./routes.ts"
import { servedBy } from "./routes.ts"

/**
 * One call of a batch.
 *
 * @internal
 */
export interface Part {
  /** The `Content-ID` that the reply answers to. */
  readonly id: string | undefined
  readonly request: Request
}

const isApi = (route: Route, api: string, version: string): boolean =>
  route.service.split(".")[0] === api && route.version === version

/**
 * Whether a request goes to the batch path of a service.
 *
 * @internal
 */
export const isBatch = (routes: ReadonlyArray<Route>, { host, path, verb }: Request): boolean => {
  const [found, api, version] = /^\/batch(?:\/([^/]+)\/([^/]+))?\/?$/.exec(path) ?? []
  if (found === undefined || verb !== "POST") return false
  return servedBy(routes, host).some((route) =>
    api === undefined || isApi(route, api, version ?? "")
  )
}

/** Header lines up to an empty one, and what follows. */
const split = (text: string): readonly [headers: Record<string, string>, rest: string] => {
  const [head = "", ...rest] = text.split(/\r?\n\r?\n/)
  const headers = Object.fromEntries(
    head.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(":")
      return colon < 1
        ? []
        : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const]
    })
  )
  return [headers, rest.join("\r\n\r\n")]
}

/** A call takes the headers of the batch but those of its content, and its own before them. */
const requestOf = (batch: Request, text: string): Request | undefined => {
  const [line = ""] = text.trimStart().split(/\r?\n/, 1)
  const [, verb, path, query = ""] =
    /^([A-Z]+) (\/[^?\s]*)(?:\?(\S*))?(?: HTTP\/[\d.]+)?\s*$/.exec(line) ??
      []
  if (verb === undefined || path === undefined) return undefined
  const [headers, body] = split(text.trimStart().slice(line.length).replace(/^\r?\n/, "\n"))
  const outer = Object.entries(batch.headers).filter(([name]) => !name.startsWith("content-"))
  return {
    verb,
    path,
    query,
    host: batch.host,
    headers: { ...Object.fromEntries(outer), ...headers },
    body: body.trim() === "" ? undefined : body.trim()
  }
}

/**
 * The calls of a batch, none where the body is not one.
 *
 * @internal
 */
export const partsOf = (batch: Request): ReadonlyArray<Part> => {
  const [, quoted, bare] = /^multipart\/mixed\s*;.*?\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(
    batch.headers["content-type"] ?? ""
  ) ?? []
  const boundary = quoted ?? bare
  if (boundary === undefined) return []
  const [, ...texts] = `\n${batch.body ?? ""}`.split(`\n--${boundary}`)
  return texts.filter((text) => !text.startsWith("--")).flatMap((text): ReadonlyArray<Part> => {
    const [headers, content] = split(text.replace(/^\s*?\n/, ""))
    const request = requestOf(batch, content)
    return request === undefined ? [] : [{ id: headers["content-id"], request }]
  })
}

const reasons: { readonly [status: number]: string } = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  412: "Precondition Failed",
  429: "Too Many Requests",
  499: "Client Closed Request",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout"
}

/** `<a + 1>` to `<response-a + 1>`. */
const responseId = (id: string): string =>
  id.startsWith("<") ? `<response-${id.slice(1)}` : `response-${id}`

const textOf = (body: Reply["body"]): string =>
  typeof body === "string" ? body : new TextDecoder().decode(body)

const httpOf = ({ body, headers, status }: Reply): string =>
  [
    `HTTP/1.1 ${status} ${reasons[status] ?? "Other"}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "",
    textOf(body)
  ].join("\r\n")

/**
 * The reply to a batch.
 *
 * @internal
 */
export const replyOf = (
  replies: ReadonlyArray<{ readonly id: string | undefined; readonly reply: Reply }>
): Reply => {
  const texts = replies.map(({ id, reply }) =>
    [
      "Content-Type: application/http",
      ...(id === undefined ? [] : [`Content-ID: ${responseId(id)}`]),
      "",
      httpOf(reply)
    ].join("\r\n")
  )
  let boundary = "batch"
  while (texts.some((text) => text.includes(boundary))) boundary += "_"
  return {
    status: 200,
    headers: { "content-type": `multipart/mixed; boundary=${boundary}` },
    body: [...texts.map((text) => `--${boundary}\r\n${text}`), `--${boundary}--\r\n`].join("\r\n")
  }
}
