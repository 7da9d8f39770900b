// transport/server.ts
import * as Http from "node:http";
var build = (id) => ({
  id: `build-${id}`,
  projectId: "p",
  status: "SUCCESS",
  createTime: "2026-01-01T00:00:00Z",
  logUrl: `https://console.cloud.google.com/cloud-build/builds/build-${id}`
});
var metadata = (id) => ({
  "@type": "type.googleapis.com/google.devtools.cloudbuild.v1.BuildOperationMetadata",
  build: build(id)
});
var operation = (id) => ({
  name: `projects/p/locations/global/operations/operation-${id}`,
  metadata: metadata(id),
  done: true,
  response: { "@type": "type.googleapis.com/google.devtools.cloudbuild.v1.Build", ...build(id) }
});
var one = Buffer.from(JSON.stringify(operation(1)));
var running = Buffer.from(
  JSON.stringify({ name: operation(1).name, metadata: metadata(1), done: false })
);
var pages = 100;
var pageOf = (number) => Buffer.from(JSON.stringify({
  operations: Array.from({ length: 1e3 }, (_, i) => operation(number * 1e3 + i)),
  ...number + 1 < pages ? { nextPageToken: `page-${number + 1}` } : {}
}));
var made = Array.from({ length: pages }, (_, number) => pageOf(number));
var server = Http.createServer({ keepAliveTimeout: 6e5 }, (request, response) => {
  const url = request.url ?? "";
  const reply = (body) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    response.end(body);
  };
  const query = url.indexOf("?");
  if (url.startsWith("/v1/projects/p/locations/global/operations?") || url.endsWith("/operations")) {
    const token = /page(?:-|%2D)(\d+)/.exec(url.slice(query))?.[1] ?? "0";
    const delay = url.startsWith("/v1/projects/slow") ? 20 : 0;
    const body = made[Number(token)] ?? made[0] ?? one;
    if (delay === 0) reply(body);
    else setTimeout(() => reply(body), delay);
  } else if (url.startsWith("/v1/projects/slow/")) {
    const token = /page-(\d+)/.exec(url)?.[1] ?? "0";
    setTimeout(() => reply(made[Number(token)] ?? one), 20);
  } else if (url.includes("/operations/running")) reply(running);
  else reply(one);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.(address.port);
});
