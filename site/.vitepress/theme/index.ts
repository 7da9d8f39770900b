import type { Theme } from "vitepress"
import DefaultTheme from "vitepress/theme-without-fonts"
import { defineAsyncComponent } from "vue"
import CatalogueApi from "./CatalogueApi.vue"
import CatalogueIndex from "./CatalogueIndex.vue"
import "./style.css"

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("CatalogueApi", CatalogueApi)
    app.component("CatalogueIndex", CatalogueIndex)
    app.component("Playground", defineAsyncComponent(() => import("./Playground.vue")))
  }
}

export default theme
