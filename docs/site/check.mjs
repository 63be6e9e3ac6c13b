// SPDX-License-Identifier: Apache-2.0

// Follows every link and picture of a built site, anchors too: node check.mjs FOLDER. It exits with 1 when one leads nowhere.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// deadLinks returns a line for each link of the pages in folder that leads nowhere, and how many links it followed.
export function deadLinks(folder) {
  const pages = new Map(readdirSync(folder, { recursive: true }).filter((f) => f.endsWith(".html")).map((f) => ["/" + f, readFileSync(join(folder, f), "utf8")]));
  const ids = new Map([...pages].map(([name, html]) => [name, new Set([...html.matchAll(/\sid="([^"]*)"/g)].map((m) => m[1]))]));
  const dead = [];
  let followed = 0;
  for (const [name, html] of pages) {
    for (const [, address] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^(data|https?|mailto):/.test(address)) continue;
      followed++;
      const { pathname, hash } = new URL(address, "http://site" + name);
      const target = decodeURIComponent(pathname).replace(/\/$/, "/index.html");
      if (!existsSync(join(folder, target))) dead.push(`${name}: ${address}: there is no such file`);
      else if (hash && !ids.get(target)?.has(decodeURIComponent(hash.slice(1)))) dead.push(`${name}: ${address}: the page has no such heading`);
    }
  }
  return { dead, followed };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { dead, followed } = deadLinks(process.argv[2]);
  for (const line of dead) console.error(line);
  if (followed < 1000) console.error(`only ${followed} links followed: the pages were not found`);
  if (dead.length > 0 || followed < 1000) process.exit(1);
  console.log(`${followed} links lead somewhere`);
}
