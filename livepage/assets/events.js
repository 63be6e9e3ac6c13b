import { arrows, clock, count, el, fill, labels, table } from "./dom.js";
import { on, setFilter } from "./stream.js";

const most = 300;
let list, detail, note, pauseButton;
let waiting = [];
let forgotten = 0; // events that waited while the page was paused, and were too many
let left = [];
let paused = false;
let planned = false;
let chosen;
const filter = { type: "", user: "", session: "", module: "" };

export function begin(panel, about) {
  const field = (name, label) => el("label", {}, label, el("input", { type: "search", id: "filter-" + name, autocomplete: "off", spellcheck: "false",
    oninput: (e) => { filter[name] = e.target.value; list.replaceChildren(); waiting = []; setFilter(filter.type, filter.user, filter.session, filter.module); } }));
  pauseButton = el("button", { class: "plain", type: "button", id: "pause", "aria-pressed": "false", onclick: () => pause(!paused) }, "Pause");
  list = el("ul", { class: "rows", id: "event-list", "aria-label": "Events, the latest first" });
  detail = el("section", { id: "event", "aria-label": "The event", tabindex: "-1" }, el("p", { class: "note" }, "Choose an event to see what it did."));
  note = el("p", { class: "note", id: "unseen" });
  panel.append(
    el("div", { class: "controls" }, field("type", "Type has"), about.hide_users ? "" : [field("user", "User"), field("session", "Session")], field("module", "Module"), pauseButton),
    note, el("div", { class: "two" }, list, detail));
  arrows(list, ".row");
  on("events", (news) => {
    left = [news.skipped && `${count(news.skipped)} passed the filter and were left out, since they come fast`, news.missed && `${count(news.missed)} came too fast to be looked at`];
    waiting.push(...news.events.filter(passes));
    if (waiting.length > most) {
      if (paused) forgotten += waiting.length - most;
      waiting = waiting.slice(-most);
    }
    say();
    plan();
  });
}

function say() {
  note.textContent = [...left, forgotten && `${count(forgotten)} came while the page was paused, and are not kept`].filter(Boolean).join("; ");
}

const passes = (e) => e.type.includes(filter.type) && (!filter.user || e.user === filter.user) && (!filter.session || e.session === filter.session) && (!filter.module || e.module === filter.module);

function pause(on) {
  paused = on;
  if (on) forgotten = 0;
  say();
  pauseButton.setAttribute("aria-pressed", on);
  pauseButton.textContent = on ? "Resume" : "Pause";
  plan();
}

function plan() {
  if (planned || paused) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    if (paused) return;
    const rows = waiting.splice(0).reverse().map(row);
    if (!rows.length) return;
    const top = list.scrollTop;
    const before = list.scrollHeight;
    list.prepend(...rows);
    if (top > 0) list.scrollTop = top + list.scrollHeight - before; // what is read stays where it is
    while (list.childElementCount > most) list.lastElementChild.remove();
    if (!list.querySelector('.row[tabindex="0"]')) list.querySelector(".row").tabIndex = 0;
  });
}

const good = { accepted: true, recorded: true };

function row(e) {
  const moved = (e.moves ?? []).map((m) => m.metric).join(", ");
  const more = [!good[e.result] && e.result, e.user, e.module && "module " + e.module, moved && "→ " + moved, e.violations && "violates the map"].filter(Boolean).join(" · ");
  const button = el("button", { type: "button", class: "row", tabindex: "-1", "aria-pressed": "false", onclick: () => open(e, button) },
    el("span", { class: "time" }, clock(e.time)), el("span", { class: good[e.result] ? "type" : "type bad" }, e.type || "(no type)"), el("span", { class: "more" }, more || "–"));
  return el("li", {}, button);
}

function open(e, button) {
  chosen?.setAttribute("aria-pressed", "false");
  chosen = button;
  button.setAttribute("aria-pressed", "true");
  const lines = [["result", e.result], ["why", e.error], ["id", e.id], ["happened", new Date(e.time).toISOString()], ["user", e.user], ["session", e.session], ["platform", e.platform],
    ["module", e.module], ["key", e.key], ["trace", e.trace_id]].filter(([, v]) => v);
  fill(detail, el("h2", {}, e.type || "(no type)"), el("dl", {}, lines.flatMap(([k, v]) => [el("dt", {}, k), el("dd", {}, v)])),
    e.moves?.length ? [el("h3", {}, "Series that it moved"), table("Series that it moved", ["Metric", "Series", { number: "By" }], e.moves.map((m) =>
      m.how === "hidden" ? [m.metric, "•••", { number: "•••" }] : [m.metric, labels(pairs(m.labels)), { number: (m.how === "added" ? (m.by < 0 ? "" : "+") : m.how === "set" ? "= " : "observed ") + m.by }]))] : el("p", { class: "note" }, "It moved no series."),
    e.redacted ? el("p", {}, "Redacted: ", e.redacted.join(", ")) : "",
    e.violations ? [el("h3", {}, "Where it does not keep to the map"), el("ul", {}, e.violations.map((v) => el("li", {}, `${v.path} ${v.problem} (${v.rule})`)))] : "",
    el("h3", {}, e.stored ? "Document" : "Data, which are not stored"),
    el("pre", { tabindex: "0" }, e.document ?? (e.too_large ? `It has ${count(e.too_large)} bytes, more than the page shows.` : "There is none.")));
  if (matchMedia("(max-width: 50rem)").matches) detail.scrollIntoView({ block: "nearest" });
}

function pairs(flat) {
  const all = [];
  for (let i = 0; i < flat.length; i += 2) all.push([flat[i], flat[i + 1]]);
  return all;
}
