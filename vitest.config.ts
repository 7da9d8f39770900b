import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

const names = Object.entries({
  "effect-lro": "./src/index.ts",
  "effect-lro/": "./src/",
  "google-lro/": "./packages/cli/src/"
})

/** Tests that need compilers, a copy of the package, the documentation, or every service. */
const project = [
  "test/project/**/*.test.ts",
  "test/cli/{package,typescript}.test.ts",
  "test/services/{allServices,catalogue,catalogueProtobufjs,growth,messages}.test.ts"
]

/** Tests that open sockets, start processes, or change the whole process; test/project/kinds.test.ts keeps the list true. */
const live = [
  "test/budgets/*.test.ts",
  "test/call/traceparent.test.ts",
  "test/cli/{process,rate,shells}.test.ts",
  "test/client/httpClientSocket.test.ts",
  "test/durable/{processes,retention}.test.ts",
  "test/fleet/kill.test.ts",
  "test/credentials/{environment,googleAuth,googleAuthFailures,matrix,metadataServer,tls}.test.ts",
  "test/matrix/{fetch,node,own,table,undici}.test.ts",
  "test/nodeTransport/*.test.ts",
  "test/security/{secrets,secretsOfCredentials,traps,trust}.test.ts",
  "test/services/services.test.ts",
  "test/testing/socket.test.ts",
  "test/wait/rules.test.ts"
]

/** Live tests in which one process is a server and thousands of its clients: they come last, when nothing else keeps the machine busy. */
const crowded = "test/matrix/{load,memory,resources}.test.ts"

/** What takes a minute or more with all its cases. */
const long =
  /\/(?:security\/(?:targets|traps)|wait\/(?:longWait|model|interruptionSweep)|durable\/(?:processes|sixMonths|waits|ends)|matrix\/(?:fetch|node|undici|own|fuzz)|credentials\/(?:matrix|tls)|project\/(?:examples|durableExample)|cli\/typescript)\.test\.ts$/

/** Vitest begins with large files; most of those that take long are small, and one that begins last leaves a worker idle. */
class LongFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const others = await super.sort(files)
    return others.sort((a, b) => Number(long.test(b.moduleId)) - Number(long.test(a.moduleId)))
  }
}

/** No test bounds the time that it takes: a limit only ends what hangs, also on a machine that is five times slower. */
const patience = 600_000

export default defineConfig({
  resolve: {
    alias: names.map(([name, path]) => ({
      find: new RegExp(name.endsWith("/") ? `^${name}(.*)$` : `^${name}$`),
      replacement: new URL(path, import.meta.url).pathname + (name.endsWith("/") ? "$1.ts" : "")
    }))
  },
  test: {
    setupFiles: ["test/kit/fastTestClock.ts", "test/kit/turnAfterEach.ts"],
    testTimeout: patience,
    hookTimeout: patience,
    sequence: { sequencer: LongFirst },
    // For two cores. One thread runs many unit tests, which compute; most forks wait for sockets, timers and compilers meanwhile.
    // Vitest reads this here only.
    poolOptions: {
      threads: { isolate: false, minThreads: 2, maxThreads: 2 },
      forks: { minForks: 2, maxForks: 2 }
    },
    coverage: { include: ["src/**"], thresholds: { lines: 50 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...live, crowded, ...project],
          pool: "threads"
        }
      },
      {
        extends: true,
        test: { name: "live", include: live, pool: "forks" }
      },
      {
        extends: true,
        test: {
          name: "crowded",
          include: [crowded],
          pool: "forks",
          sequence: { groupOrder: 1 }
        }
      },
      {
        extends: true,
        test: {
          name: "project",
          include: project,
          pool: "forks",
          typecheck: {
            enabled: true,
            include: ["typetest/**/*.test-d.ts"],
            tsconfig: "tsconfig.typetest.json"
          }
        }
      }
    ]
  }
})
