// SPDX-License-Identifier: Apache-2.0

import { readFileSync, writeFileSync } from "node:fs";

// writeForTools writes the manual for programs that read text (https://llmstxt.org): llms.txt is the index, with the first
// sentence of each page, and llms-full.txt has every page.
export function writeForTools(source, outDir, sections) {
  const index = ["# otelanalytics-go", "", `> ${summary(source + "README.md")}`];
  const full = [];
  for (const { text, items } of sections) {
    index.push("", "## " + text, "");
    for (const { text: title, link } of items) {
      const file = source + link.slice(1) + ".md";
      index.push(`- [${title}](${link.slice(1)}.html): ${summary(file)}`);
      full.push(`<!-- docs${link}.md -->\n\n` + readFileSync(file, "utf8").trim());
    }
  }
  writeFileSync(outDir + "/llms.txt", index.join("\n") + "\n");
  writeFileSync(outDir + "/llms-full.txt", full.join("\n\n") + "\n");
}

// summary is the first paragraph of a page, without its links.
const summary = (file) => readFileSync(file, "utf8").split(/\n\s*\n/).find((p) => /^[A-Za-z`*\[]/.test(p)).replaceAll("\n", " ").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
