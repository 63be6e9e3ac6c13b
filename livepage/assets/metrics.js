import { ask, count, el, fill, labels, polling, table } from "./dom.js";

const colours = ["#2f7ed8", "#d9480f", "#2b8a3e", "#9c36b5", "#b08900", "#0b7285", "#c2255c", "#5c7cfa", "#74b816", "#868e96", "#e8590c", "#1098ad"];
let panel, chooser, search, detail, plotBox, keyList, numbers, plot;
let chosen = "";
let about;
let drawn = "";

export function begin(to, a) {
  panel = to;
  about = a;
  search = el("input", { type: "search", id: "metric-search", autocomplete: "off", oninput: options });
  chooser = el("select", { id: "metric", onchange: () => { chosen = chooser.value; drawn = ""; draw(); history(); } });
  detail = el("div", { id: "series" });
  plotBox = el("div", { class: "plot", id: "plot", role: "img", "aria-label": "Plot of the last ten minutes" });
  keyList = el("ul", { class: "key" });
  panel.append(el("div", { class: "controls" }, el("label", {}, "Name has", search), el("label", {}, "Metric", chooser)), detail, el("h2", {}, "The last ten minutes"), plotBox, keyList);
  addEventListener("resize", () => plot?.setSize(size()));
}

const poll = polling(() => Promise.all([refresh(), history()]));

export const show = poll.begin;

export const hide = poll.end;

async function refresh() {
  try {
    numbers = await ask("metrics");
  } catch {
    return; // the state line says so
  }
  options();
  draw();
}

function options() {
  if (!numbers) return;
  const found = numbers.metrics.filter((m) => m.prometheus.includes(search.value) || m.name.includes(search.value));
  if (!found.some((m) => m.prometheus === chosen)) chosen = found.find((m) => m.series.length)?.prometheus ?? found[0]?.prometheus ?? "";
  const names = found.map((m) => m.prometheus).join("\n");
  if (chooser.dataset.names !== names) {
    chooser.dataset.names = names;
    const group = (title, all) => (all.length ? el("optgroup", { label: title }, all.map((m) => el("option", { value: m.prometheus }, m.prometheus))) : "");
    fill(chooser, group("Of the map", found.filter((m) => !m.own)), group("Of the SDK", found.filter((m) => m.own)));
  }
  chooser.value = chosen;
}

function draw() {
  const m = numbers?.metrics.find((x) => x.prometheus === chosen);
  if (!m) {
    detail.replaceChildren(el("p", { class: "note" }, numbers?.problem || "The map declares no such metric."));
    return;
  }
  const scrolled = detail.querySelector(".scroll")?.scrollLeft ?? 0;
  const histogram = m.series.some((s) => s.sum !== undefined);
  fill(detail,
    el("p", {}, el("strong", {}, m.name), ` (${m.instrument}${m.unit ? ", " + m.unit : ""}). `, m.help ?? ""),
    m.overflow ? el("p", { class: "warn" }, `${count(m.overflow)} values became other because of a bound in the map.`) : "",
    m.refused ? el("p", { class: "bad" }, `${count(m.refused)} values were refused.`) : "",
    m.series.length ? table("Series of " + m.name, ["Series", { number: histogram ? "Observations" : "Value" }, ...(histogram ? [{ number: "Sum" }] : [])],
      m.series.map((s) => [labels(s.labels) || "(no attributes)", { number: s.value }, ...(histogram ? [{ number: s.sum }] : [])])) : el("p", { class: "note" }, "Nothing is recorded yet."),
    m.more ? el("p", { class: "note" }, `And ${count(m.more)} more series with smaller values.`) : "");
  const box = detail.querySelector(".scroll");
  if (box) box.scrollLeft = scrolled;
}

async function history() {
  if (!chosen || !about.metrics) return;
  const metric = chosen;
  let past;
  try {
    past = await ask("history?metric=" + encodeURIComponent(metric));
  } catch {
    return;
  }
  const stamp = metric + past.times.at(-1);
  if (metric !== chosen || stamp === drawn) return;
  drawn = stamp;
  const kind = numbers?.metrics.find((m) => m.prometheus === metric)?.instrument ?? "";
  const perSecond = !kind.includes("gauge") && !kind.includes("up_down") && !kind.includes("unique");
  const times = past.times.map((t) => t / 1000);
  const lines = past.series.map((s) => (perSecond ? s.values.map((v, i) => change(s.values, times, i)) : s.values));
  plot?.destroy();
  plot = undefined;
  plotBox.replaceChildren();
  keyList.replaceChildren(...past.series.map((s, i) => {
    const swatch = el("i");
    swatch.style.background = colours[i % colours.length];
    return el("li", {}, swatch, s.labels || metric);
  }));
  if (times.length < 2 || !lines.length) {
    plotBox.append(el("p", { class: "note" }, "The plot begins when the page has looked twice: in some seconds."));
    return;
  }
  plotBox.setAttribute("aria-label", `Plot of ${metric}${perSecond ? ", a second," : ""} over the last ${Math.round((times.at(-1) - times[0]) / 60)} minutes, ${lines.length} series`);
  const front = getComputedStyle(document.body).color;
  const grid = { stroke: "#88888840", width: 1 };
  plot = new uPlot({
    ...size(), legend: { show: false }, cursor: { show: false },
    axes: [{ stroke: front, grid, ticks: grid }, { stroke: front, grid, ticks: grid, size: 64, label: perSecond ? "a second" : undefined }],
    series: [{}, ...lines.map((_, i) => ({ stroke: colours[i % colours.length], width: 2, points: { show: times.length < 20 } }))],
  }, [times, ...lines], plotBox);
}

function change(values, times, i) {
  if (i === 0 || values[i] === null || values[i - 1] === null) return null;
  return Math.max(values[i] - values[i - 1], 0) / (times[i] - times[i - 1]);
}

const size = () => ({ width: Math.max(plotBox.clientWidth, 200), height: 256 });
