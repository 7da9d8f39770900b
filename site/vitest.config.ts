import { defineConfig } from "vitest/config"

export default defineConfig({
  root: import.meta.dirname ?? ".",
  test: {
    include: ["test/**/*.test.ts"],
    // One browser at a time.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000
  }
})
