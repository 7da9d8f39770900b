import { suite } from "./suite.ts"

suite("undici")
