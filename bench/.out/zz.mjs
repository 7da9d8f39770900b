// transport/zz.ts
import { fork } from "node:child_process";
import * as FetchHttpClient2 from "@effect/platform/FetchHttpClient";
import * as HttpClient2 from "@effect/platform/HttpClient";
import * as HttpClientRequest2 from "@effect/platform/HttpClientRequest";
import { Effect as Effect4, ManagedRuntime } from "effect";

// ../src/internal/exchange.ts
import * as FetchHttpClient from "@effect/platform/FetchHttpClient";
import * as HttpClient from "@effect/platform/HttpClient";
import * as HttpClientRequest from "@effect/platform/HttpClientRequest";
import * as Context2 from "effect/Context";
import * as Effect3 from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as FiberRef from "effect/FiberRef";
import * as FiberRefs from "effect/FiberRefs";
import { constTrue } from "effect/Function";
import * as Option from "effect/Option";
import * as Predicate from "effect/Predicate";
import * as Runtime2 from "effect/Runtime";

// ../src/internal/after.ts
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as DefaultServices from "effect/DefaultServices";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Runtime from "effect/Runtime";
var liveClock = Context.get(DefaultServices.liveServices, Clock.Clock);
var maxTimer = 2 ** 31 - 1;
var after = (fiber, millis2, run) => {
  const clock = Context.get(fiber.currentDefaultServices, Clock.Clock);
  if (clock === liveClock) {
    if (millis2 > maxTimer) return () => {
    };
    const handle = setTimeout(run, millis2);
    return () => clearTimeout(handle);
  }
  const runtime = Runtime.make({
    context: fiber.currentContext,
    fiberRefs: fiber.getFiberRefs(),
    runtimeFlags: Runtime.defaultRuntimeFlags
  });
  const sleeping = Runtime.runFork(runtime)(
    Effect.zipRight(clock.sleep(Duration.millis(millis2)), Effect.sync(run))
  );
  return () => sleeping.unsafeInterruptAsFork(fiber.id());
};

// ../src/internal/readBody.ts
import * as Effect2 from "effect/Effect";
import * as Stream from "effect/Stream";
var TooLarge = class {
  _tag = "TooLarge";
};
var readBody = (response, limit, headers2 = response.headers) => {
  const declared = headers2["content-length"];
  const length = declared !== void 0 && /^\d+$/.test(declared) ? Number(declared) : void 0;
  if (length !== void 0 && length > limit) return drop(response);
  if (length !== void 0 && headers2["content-encoding"] === void 0) {
    return Effect2.flatMap(
      response.arrayBuffer,
      (buffer) => buffer.byteLength > limit ? Effect2.fail(new TooLarge()) : Effect2.succeed(new Uint8Array(buffer))
    );
  }
  return Stream.runFoldEffect(response.stream, new Collected(), (collected, chunk) => {
    collected.add(chunk);
    return collected.size > limit ? Effect2.fail(new TooLarge()) : Effect2.succeed(collected);
  }).pipe(
    Effect2.map((collected) => collected.concat()),
    Effect2.catchIf(
      (error) => error._tag === "ResponseError" && error.reason === "EmptyBody",
      () => Effect2.succeed(new Uint8Array(0))
    )
  );
};
var drop = (response) => Stream.runHead(response.stream).pipe(Effect2.ignore, Effect2.zipRight(Effect2.fail(new TooLarge())));
var Collected = class {
  chunks = [];
  size = 0;
  add(chunk) {
    this.chunks.push(chunk);
    this.size += chunk.length;
  }
  concat() {
    const [first] = this.chunks;
    if (first !== void 0 && this.chunks.length === 1) return first;
    const out = new Uint8Array(this.size);
    let offset = 0;
    for (const chunk of this.chunks) {
      out.set(chunk, offset);
      offset += chunk.length;
    }
    return out;
  }
};

// ../src/internal/exchange.ts
var Broken = class {
  _tag = "Broken";
  reason;
  httpStatus;
  cause;
  constructor(reason, httpStatus, cause) {
    this.reason = reason;
    this.httpStatus = httpStatus;
    this.cause = cause;
  }
};
var runtimeOf = (change) => {
  const made = /* @__PURE__ */ new WeakMap();
  return (parent) => {
    const own = parent.getFiberRefs();
    const known = made.get(own);
    if (known !== void 0) return known;
    const fiberRefs = change(own, parent.id());
    const runtime = Runtime2.make({
      context: FiberRefs.getOrDefault(fiberRefs, FiberRef.currentContext),
      fiberRefs,
      runtimeFlags: Runtime2.defaultRuntimeFlags
    });
    made.set(own, runtime);
    return runtime;
  };
};
var ExchangeId = /* @__PURE__ */ Symbol.for("effect-lro/Exchange");
var of = (client2) => {
  const own = Predicate.hasProperty(client2, ExchangeId) ? client2[ExchangeId] : void 0;
  return typeof own === "function" ? own : over(client2);
};
var withoutRedirects = (context) => Context2.add(context, FetchHttpClient.RequestInit, {
  ...context.unsafeMap.get(FetchHttpClient.RequestInit.key),
  redirect: "manual"
});
var over = (client2) => (sent, limits) => {
  const bare = HttpClientRequest.make(sent.verb)(sent.url, { headers: sent.headers });
  const request2 = sent.body === void 0 ? bare : HttpClientRequest.bodyText(bare, sent.body, "application/json");
  let httpStatus;
  const whole = Effect3.flatMap(client2.execute(request2), (response) => {
    const { headers: headers2, status } = response;
    httpStatus = status;
    return Effect3.map(
      readBody(response, limits.bytes, headers2),
      (body) => ({ status, headers: headers2, body })
    );
  });
  const broken = (error) => error._tag === "TooLarge" ? new Broken("TooLarge", httpStatus) : new Broken("Transport", error._tag === "ResponseError" ? httpStatus : void 0, error);
  return cutOff(
    Effect3.mapError(whole, broken),
    limits.millis,
    () => new Broken("Timeout", void 0),
    foreign
  );
};
var quiet = runtimeOf(
  (fiberRefs, id) => FiberRefs.updateAs(fiberRefs, {
    fiberId: id,
    fiberRef: FiberRef.unhandledErrorLogLevel,
    value: Option.none()
  })
);
var foreign = runtimeOf(
  (fiberRefs, id) => FiberRefs.updateManyAs(fiberRefs, {
    forkAs: id,
    entries: [
      [FiberRef.currentContext, [[
        id,
        withoutRedirects(FiberRefs.getOrDefault(fiberRefs, FiberRef.currentContext))
      ]]],
      [HttpClient.currentTracerDisabledWhen, [[id, constTrue]]],
      [HttpClient.currentTracerPropagation, [[id, false]]],
      [FiberRef.unhandledErrorLogLevel, [[id, Option.none()]]]
    ]
  })
);
var cutOff = (effect, millis2, onTimeout, runtime = quiet) => Effect3.withFiberRuntime((parent) => {
  const fiber = Runtime2.runFork(runtime(parent))(effect);
  const exit = fiber.unsafePoll();
  if (exit !== null) return exit;
  return Effect3.async((resume) => {
    const cancel = after(parent, millis2, () => {
      resume(Effect3.fail(onTimeout()));
      fiber.unsafeInterruptAsFork(parent.id());
    });
    fiber.addObserver((exit2) => {
      cancel();
      resume(exit2);
    });
    return Effect3.suspend(() => {
      cancel();
      return Fiber.interrupt(fiber);
    });
  });
});

// transport/zz.ts
var server = fork(new URL("./server.mjs", import.meta.url), { stdio: "inherit" });
var port = await new Promise((resolve) => server.once("message", (port2) => resolve(Number(port2))));
var url = `http://127.0.0.1:${port}/v1/projects/p/locations/global/operations/o`;
var headers = { accept: "application/json", authorization: "Bearer x" };
var rt = ManagedRuntime.make(FetchHttpClient2.layer);
var client = await rt.runPromise(HttpClient2.HttpClient);
var request = HttpClientRequest2.get(url, { headers });
var json = Effect4.flatMap(client.execute(request), (r) => r.json);
var ab = Effect4.flatMap(client.execute(request), (r) => r.arrayBuffer);
var exchange = of(client);
var variants = {
  json,
  ab,
  abRequest: Effect4.suspend(() => Effect4.flatMap(client.execute(HttpClientRequest2.get(url, { headers })), (r) => r.arrayBuffer)),
  jsonNoTrace: Effect4.withTracerEnabled(json, false),
  cut: cutOff(ab, 3e4, () => "x"),
  manual: ab.pipe(Effect4.provideService(FetchHttpClient2.RequestInit, { redirect: "manual" })),
  exchange: Effect4.suspend(() => exchange({ verb: "GET", url, headers, body: void 0 }, { millis: 3e4, bytes: 1e8 }))
};
var res = {};
for (let round = -1; round < 5; round++) for (const [k, e] of Object.entries(variants)) {
  let left = 1500;
  const w = Effect4.whileLoop({ while: () => left-- > 0, body: () => e, step: () => {
  } });
  globalThis.gc?.();
  const from = process.cpuUsage();
  await rt.runPromise(Effect4.all(Array.from({ length: 64 }, () => w), { concurrency: "unbounded", discard: true }));
  const c = process.cpuUsage(from);
  if (round >= 0) (res[k] ??= []).push((c.user + c.system) / 1500);
}
for (const [k, v] of Object.entries(res)) console.log(k.padEnd(12), v.sort((a, b) => a - b)[2].toFixed(0), v.map((x) => x.toFixed(0)).join(" "));
server.kill();
process.exit(0);
