/** An endpoint that gives tokens: each says for which grant, so that a program sees how it came by it. */
import { createServer } from "node:http"
import { text } from "node:stream/consumers"

/** Application Default Credentials that the endpoint is asked for. */
export const federated = (url: string) => ({
  type: "external_account",
  audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: `${url}/v1/token`,
  credential_source: { url: `${url}/subject` }
})

export const withTokens = async <A>(use: (url: string) => Promise<A>): Promise<A> => {
  const server = createServer(async (request, response) => {
    if (request.url === "/subject") {
      response.end("subject")
      return
    }
    response.setHeader("content-type", "application/json")
    response.end(JSON.stringify({
      access_token: new URLSearchParams(await text(request)).get("grant_type"),
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 3600
    }))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  try {
    const address = server.address()
    return await use(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
