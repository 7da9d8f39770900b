import { suite } from "./suite.ts"

suite("fetch")
