import { suite } from "./suite.ts"

suite("own")
