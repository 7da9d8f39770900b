/** What the page of the playground and its worker say to each other. */

export type Message =
  | { readonly _tag: "Output"; readonly text: string; readonly level: string }
  | { readonly _tag: "Request"; readonly at: number; readonly text: string; readonly body: string }
  | { readonly _tag: "End" }

export interface Example {
  readonly title: string
  readonly says: string
  readonly code: string
}
