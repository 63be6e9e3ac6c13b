// SPDX-License-Identifier: Apache-2.0

import { readdirSync, readFileSync } from "node:fs";

// sections returns the navigation: the questions of README.md, each with the pages that it links to, and the pages of
// design. A page that README.md does not link to is an error, because nobody would find it.
export function sections(source) {
  const listed = new Set();
  const all = [];
  for (const line of readFileSync(source + "README.md", "utf8").split("\n")) {
    if (line.startsWith("## ")) all.push({ text: line.slice(3), collapsed: true, items: [] });
    for (const [, page] of line.matchAll(/\]\(([\w-]+)\.md(?:#[\w-]+)?\)/g)) {
      if (listed.has(page) || all.length === 0) continue;
      listed.add(page);
      all.at(-1).items.push({ text: title(source + page + ".md"), link: "/" + page });
    }
  }
  const missing = pagesOf(source).filter((page) => page !== "README" && !listed.has(page));
  if (missing.length > 0) throw new Error("docs/README.md has no link to " + missing.map((page) => page + ".md").join(", "));
  all.push({
    text: "Decisions", collapsed: true,
    items: pagesOf(source + "design/").map((page) => ({ text: title(`${source}design/${page}.md`), link: "/design/" + page })),
  });
  return all.filter((section) => section.items.length > 0);
}

const pagesOf = (folder) => readdirSync(folder).filter((name) => name.endsWith(".md")).map((name) => name.slice(0, -".md".length)).sort();

const title = (file) => readFileSync(file, "utf8").match(/^# (.*)$/m)[1].replaceAll("`", "");
