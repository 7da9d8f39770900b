// Loaded before a program: its global `fetch` finds a Google that is the operations server in memory, and a token endpoint.
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { ManagedRuntime } from "effect"
import { binding, createHub } from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"

const runtime = ManagedRuntime.make(Testing.layer({
  bindings: [binding],
  methods: [createHub],
  onStart: () => Testing.succeedAfter("500 millis")
}))
const client = await runtime.runPromise(HttpClient.HttpClient)

const google = async (request) => {
  const text = await request.text()
  const headers = Object.fromEntries(request.headers)
  const bare = HttpClientRequest.make(request.method)(request.url, { headers })
  const whole = text === "" ? bare : HttpClientRequest.bodyText(bare, text, "application/json")
  const reply = await runtime.runPromise(client.execute(whole))
  const body = await runtime.runPromise(reply.text)
  return new Response(body, { status: reply.status, headers: reply.headers })
}

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init)
  const { host } = new URL(request.url)
  if (host === "oauth2.googleapis.com") {
    return Response.json({ access_token: "token", expires_in: 3600 })
  }
  if (host !== binding.service) throw new Error(`nothing may be sent to ${host}`)
  if (request.headers.get("authorization") !== "Bearer token") {
    throw new Error("the request has no token")
  }
  return google(request)
}
