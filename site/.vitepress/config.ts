import * as fs from "node:fs"
import * as path from "node:path"
import { defineConfig } from "vitepress"
import { anchorOf } from "../../scripts/markdown.ts"
import { guides, sections } from "./sidebar.ts"

const site = path.dirname(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname))
const content = path.join(site, ".content")

const modules = fs.existsSync(path.join(content, "reference"))
  ? fs.readdirSync(path.join(content, "reference"))
    .filter((name) => name !== "index.md")
    .map((name) => name.replace(/\.md$/, ""))
    .sort((a, b) => a.localeCompare(b))
  : []

const referenceSidebar = [{
  text: "API reference",
  link: "/reference/",
  items: modules.map((text) => ({ text, link: `/reference/${text}` }))
}]

interface ApiFrontmatter {
  readonly title?: string
  readonly search?: boolean
  readonly api?: {
    readonly words: string
    readonly versions: ReadonlyArray<{
      readonly module: string
      readonly tag: string
      readonly methods: ReadonlyArray<ReadonlyArray<string>>
    }>
  }
}

const heading = (level: number, id: string, text: string): string =>
  `<h${level} id="${id}">${text} <a class="header-anchor" href="#${id}">&#8203;</a></h${level}>`

const base = process.env["SITE_BASE"] ?? "/"

export default defineConfig({
  srcDir: ".content",
  outDir: "dist",
  base,
  title: "effect-lro",
  description: "Google's long-running operations for Effect",
  lang: "en",
  lastUpdated: false,
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    anchor: { slugify: anchorOf },
    headers: { slugify: anchorOf, level: [2, 3] },
    config: (md) => {
      md.renderer.rules["table_open"] = () => "<div class=\"scroll\" tabindex=\"0\"><table>\n"
      md.renderer.rules["table_close"] = () => "</table></div>\n"
    }
  },
  head: [
    ["meta", { name: "color-scheme", content: "light dark" }],
    ["link", { rel: "icon", type: "image/svg+xml", href: `${base}favicon.svg` }]
  ],
  vite: {
    build: { chunkSizeWarningLimit: 2_000 },
    server: { fs: { allow: [path.dirname(site)] } }
  },
  themeConfig: {
    search: {
      provider: "local",
      options: {
        detailedView: false,
        // The list of methods of an API is made in the page: here as text, so that it is found.
        _render: (source, env, md) => {
          const html = md.render(source, env)
          const { api, search, title = "" } = (env.frontmatter ?? {}) as ApiFrontmatter
          if (search === false) return ""
          if (api === undefined) return html
          return [
            heading(1, anchorOf(title), title),
            `<p>${api.words}</p>`,
            ...api.versions.map(({ methods, module, tag }) =>
              `${heading(2, module.split("/")[1] ?? "", module)}<p>${tag} ${
                methods.map(([name]) => name).join(" ")
              }</p>`
            )
          ].join("\n")
        },
        miniSearch: {
          options: {
            // `WaitTimeout` as itself and as its words.
            tokenize: (text) =>
              `${text} ${text.replace(/([a-z0-9])([A-Z])/g, "$1 $2")}`
                .split(/[^\p{L}\p{N}_]+/u)
                .filter((word) => word !== "")
          },
          searchOptions: {
            fuzzy: 0.1,
            prefix: true,
            combineWith: "AND",
            // A question is asked for the words that pages have.
            processTerm: (term) =>
              /^(?:a|an|and|are|can|do|does|for|happens|how|i|in|is|it|my|of|on|the|to|what|when|where|which|why|with)$/i
                  .test(term)
                ? null
                : term.toLowerCase(),
            boost: { title: 6, titles: 2, text: 1 },
            boostDocument: (id: string) =>
              id.includes("/guides/") ? 3 : id.includes("/docs/") ? 1.5 : 1
          }
        }
      }
    },
    nav: [
      { text: "Guides", link: "/guides/create-and-wait", activeMatch: "^/guides/" },
      { text: "Reference", link: "/reference/", activeMatch: "^/reference/" },
      { text: "Catalogue", link: "/catalogue/", activeMatch: "^/catalogue/" },
      { text: "Playground", link: "/playground" }
    ],
    sidebar: {
      "/reference/": referenceSidebar,
      "/catalogue/": [],
      "/playground": [],
      "/": [
        { text: "Guides", items: [...guides] },
        ...sections.map(({ items, text }) => ({ text, items: [...items] }))
      ]
    },
    outline: { level: [2, 3] },
    socialLinks: [{
      // By its name alone the dev server would have the page fetch it.
      icon: { svg: fs.readFileSync(path.join(site, ".vitepress", "github.svg"), "utf8") },
      link: "https://github.com/effect-lro/effect-lro",
      ariaLabel: "GitHub"
    }],
    footer: { message: "MIT licence" }
  }
})
