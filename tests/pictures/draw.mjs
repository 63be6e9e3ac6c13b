// SPDX-License-Identifier: Apache-2.0
// Draws dashboards of a Prometheus in headless Chromium, looks for what is wrong in them, and writes PNGs.
//
//   node draw.mjs REQUEST.json
//
// The request says what: {prometheus, chromium, modules, scrapeMs, pictures: [{dashboard, out, from, to, width, rows}]}. Times are in
// milliseconds. The answer is one line of JSON on the standard output: [{out, panels, faults}].
import { readFile, writeFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const request = JSON.parse(await readFile(process.argv[2], 'utf8'));
const require = createRequire(path.join(request.modules, 'package.json'));
const esbuild = require('esbuild'), { chromium } = require('playwright-core'), sharp = require('sharp');
const here = path.dirname(fileURLToPath(import.meta.url));
const temporary = await mkdtemp(path.join(tmpdir(), 'pictures-'));
const version = require('@grafana/ui/package.json').version;
const caption = `Drawn with Grafana's panel components (@grafana/ui ${version}) from a real Prometheus; this is not Grafana.`;

await esbuild.build({
  entryPoints: [path.join(here, 'page/main.jsx')], outdir: temporary, bundle: true, jsx: 'automatic', format: 'iife', nodePaths: [path.join(request.modules, 'node_modules')],
  define: { 'process.env.NODE_ENV': '"production"' }, loader: { '.woff': 'dataurl', '.woff2': 'dataurl', '.svg': 'dataurl', '.ttf': 'empty' }, logLevel: 'error', minify: true,
});
await writeFile(path.join(temporary, 'index.html'), await readFile(path.join(here, 'page/index.html')));

// The page, Grafana's icons, and Prometheus, all of one origin.
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const server = createServer(async (req, res) => {
  try {
    if (req.url.startsWith('/api/')) {
      const chunks = [];
      for await (const c of req) chunks.push(c);
      const answer = await fetch(request.prometheus + req.url, { method: req.method, body: Buffer.concat(chunks), headers: { 'content-type': req.headers['content-type'] } });
      res.writeHead(answer.status, { 'content-type': 'application/json' }).end(Buffer.from(await answer.arrayBuffer()));
      return;
    }
    const file = fileOf(req.url), content = await readFile(file);
    res.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' }).end(content);
  } catch (e) {
    res.writeHead(404).end(String(e));
  }
});
// fileOf knows where Grafana's theme looks for icons and fonts.
function fileOf(url) {
  const modules = path.join(request.modules, 'node_modules'), icons = '/public/build/';
  const font = { '/public/fonts/inter/Inter-Regular.woff2': 400, '/public/fonts/inter/Inter-Medium.woff2': 500 }[url];
  if (font) return path.join(modules, `@fontsource/inter/files/inter-latin-${font}-normal.woff2`);
  if (url.startsWith(icons)) return path.join(modules, '@grafana/ui/dist/public', path.normalize('/' + url.slice(icons.length)));
  return path.join(temporary, path.normalize('/' + (url === '/' ? 'index.html' : url)));
}
await new Promise((done) => server.listen(0, '127.0.0.1', done));

const browser = await chromium.launch({
  executablePath: request.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const answers = [];
try {
  for (const p of request.pictures) answers.push(await picture(p));
} finally {
  await browser.close();
  server.close();
  await rm(temporary, { recursive: true });
}
console.log(JSON.stringify(answers));

async function picture({ dashboard, out, from, to, width, rows }) {
  const page = await browser.newPage({ viewport: { width, height: 1000 } });
  const faults = [];
  page.on('pageerror', (e) => faults.push(`the page failed: ${e}`));
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && faults.push(`the console: ${m.text()} ${m.location().url}`));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const failed = (e) => { throw new Error(`${dashboard}: ${e}\n${faults.join('\n')}`); };
  const panels = await page.evaluate((all) => window.draw(all), { dashboard: JSON.parse(await readFile(dashboard, 'utf8')), width, from, to, scrapeMs: request.scrapeMs, caption }).catch(failed);
  await page.waitForSelector('.dashboard', { timeout: 30_000 }).catch(failed);
  const height = Math.ceil(await page.evaluate(() => document.querySelector('.dashboard').getBoundingClientRect().height));
  await page.setViewportSize({ width, height });
  await page.waitForFunction(() => Array.from(document.querySelectorAll('[data-type=timeseries]')).every((p) => p.querySelector('canvas, .empty')));
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  faults.push(...await page.evaluate(look));
  if (out) {
    const [first, behind] = rows ?? [];
    const top = first ? 60 + first * 38 : 0;
    const image = await page.screenshot(rows ? { clip: { x: 0, y: top, width, height: 64 + behind * 38 - top } } : {});
    await sharp(image).png({ palette: true, colours: 256, dither: 0, effort: 10, compressionLevel: 9 }).toFile(out);
  }
  await page.close();
  return { out, panels, faults };
}

// Looks, in the page, for text that is cut off, legends that have to be scrolled, and lines without ink.
function look() {
  const faults = [];
  for (const panel of document.querySelectorAll('[data-panel]')) {
    const say = (what) => faults.push(`${panel.dataset.panel}: ${what}`);
    for (const e of panel.querySelectorAll('*')) {
      const s = getComputedStyle(e);
      const cut = s.overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1, scrolled = ['auto', 'scroll'].includes(s.overflowY) && e.scrollHeight > e.clientHeight + 1;
      if (e.clientWidth > 0 && e.textContent && (cut || scrolled)) say(`${cut ? 'wider' : 'higher'} than its place: ${e.textContent.slice(0, 80)}`);
    }
    for (const canvas of panel.querySelectorAll('canvas')) {
      const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
      if (!pixels.some((p) => p !== 0)) say('nothing is drawn');
    }
  }
  return faults;
}
