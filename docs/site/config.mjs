// SPDX-License-Identifier: Apache-2.0

// The manual as a site. make docs copies the pages into a folder beside this file's copy and builds the site from there.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { writeForTools } from "./llms.mjs";
import { anchor } from "./anchor.mjs";
import { sections } from "./sections.mjs";

const repository = "https://github.com/otelanalytics/otelanalytics-go";
const source = fileURLToPath(new URL("../src/", import.meta.url));

export default defineConfig({
  title: "otelanalytics-go",
  description: "Durable analytics events and OpenTelemetry metrics, from one call",
  lang: "en",
  srcDir: "src",
  outDir: "site",
  cacheDir: "cache",
  ignoreDeadLinks: "localhostLinks", // addresses of servers that the reader starts
  rewrites: { "README.md": "index.md" },
  head: [["link", { rel: "icon", href: "data:," }]], // no request for an icon
  markdown: {
    languageAlias: { promql: "sql" },
    anchor: { slugify: anchor },
    config: (md) => md.use(linksOutOfTheManual),
  },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    sidebar: sections(source),
    socialLinks: [{ icon: "github", link: repository }],
  },
  buildEnd: ({ outDir }) => writeForTools(source, outDir, sections(source)),
});

// linksOutOfTheManual leads links to files that are not pages of the manual to the repository. A test of internal/archtest
// follows them there.
function linksOutOfTheManual(md) {
  md.core.ruler.push("links-out-of-the-manual", (state) => {
    const folder = new URL(state.env.relativePath ?? "", "file:///docs/");
    for (const token of state.tokens.flatMap((t) => t.children ?? [])) {
      const href = token.type === "link_open" && token.attrGet("href");
      if (!href || /^([a-z]+:|#)/.test(href)) continue;
      const { pathname, hash } = new URL(href, folder);
      const inside = pathname.startsWith("/docs/") && pathname.endsWith(".md") && existsSync(source + pathname.slice("/docs/".length));
      if (!inside) token.attrSet("href", `${repository}/blob/main${pathname}${hash}`);
    }
  });
}
