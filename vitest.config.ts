import { defineConfig } from "vitest/config"

const names = Object.entries({
  "effect-lro": "./src/index.ts",
  "effect-lro/": "./src/"
})

export default defineConfig({
  resolve: {
    alias: names.map(([name, path]) => ({
      find: name.endsWith("/") ? /^effect-lro\/(.*)$/ : /^effect-lro$/,
      replacement: new URL(path, import.meta.url).pathname + (name.endsWith("/") ? "$1.ts" : "")
    }))
  },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    coverage: { include: ["src/**"], thresholds: { lines: 50 } },
    typecheck: { include: ["typetest/**/*.test-d.ts"], tsconfig: "tsconfig.json" }
  }
})
