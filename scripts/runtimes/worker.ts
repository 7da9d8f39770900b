/** The program in a worker: one that answers a request with what became of each check. */
import { run } from "./conformance.ts"

export default {
  fetch: async (request: Request): Promise<Response> =>
    Response.json(await run(new URL(request.url).searchParams.get("server") ?? ""))
}
