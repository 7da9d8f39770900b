/** Runs tests of the transport with the undici of a folder, UNDICI, in place of that of this repository. */
import { mergeConfig } from "vitest/config"
import base from "../../vitest.config.ts"

const { UNDICI: folder } = process.env
if (folder === undefined) throw new Error("UNDICI is not set")

export default mergeConfig({ resolve: base.resolve ?? {} }, {
  resolve: { alias: [{ find: /^undici$/, replacement: folder }] },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["scripts/install/undici.setup.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000
  }
})
