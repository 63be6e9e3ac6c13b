import { age, bytes, count, el, fill, rate } from "./dom.js";
import { on } from "./stream.js";

let panel;
let visible = false;
let latest;
const past = []; // figures of the last seconds

export function begin(to) {
  panel = to;
  panel.append(el("p", { class: "note" }, "Waiting for the first figures…"));
  on("figures", (f) => {
    latest = f;
    past.push(f);
    while (past.length > 6) past.shift();
    if (past[0].stats.Accepted > f.stats.Accepted) past.splice(0, past.length - 1); // another process
    if (visible) draw();
  });
}

export function show() {
  visible = true;
  if (latest) draw();
}

export function hide() {
  visible = false;
}

function perSecond(name) {
  const [first, last] = [past[0], past[past.length - 1]];
  const seconds = (new Date(last.at) - new Date(first.at)) / 1000;
  return seconds > 0 ? rate((last.stats[name] - first.stats[name]) / seconds) : "–";
}

const pairs = (all) => el("dl", {}, all.filter(([, v]) => v !== undefined).flatMap(([k, v]) => [el("dt", {}, k), el("dd", {}, v)]));

const byName = (counts) => Object.entries(counts).sort().map(([k, n]) => [k, count(n)]);

function draw() {
  const f = latest;
  const s = f.stats;
  const wrong = (...checks) => f.findings.some((x) => x.status === "failed" && checks.includes(x.check));
  const stage = (title, big, bad, ...rest) =>
    el("li", { class: bad ? "wrong" : undefined }, el("h2", {}, title), el("p", { class: "big" }, big), ...rest);
  fill(panel,
    el("ol", { class: "flow", "aria-label": "The way of events" },
      stage("Accepted", count(s.Accepted), false, pairs([["now", perSecond("Accepted")], ["recovered", count(s.Recovered)], ["duplicate", count(s.Duplicate)],
        ["refused", count(s.Rejected)], ["dropped by a hook", count(s.Dropped)]])),
      stage("Journal", count(s.Pending), wrong("pending"), pairs([["oldest waits", f.oldest_age > 0 ? age(f.oldest_age) : "nothing waits"], ["size", bytes(f.journal_bytes)],
        ["lost", count(s.Lost)], ...f.consumers.map((c) => ["waits for " + c.name, count(c.pending)])])),
      stage(f.sink || "Sink", count(s.Stored), wrong("readiness", "errors"), pairs([["now", perSecond("Stored")], ["another had the key", count(s.Deduplicated)],
        ["quarantined", count(s.Quarantined)], ["suppressed", count(s.Suppressed)],
        ["last batch", f.batch ? `${count(f.batch.size)} events in ${age(f.batch.seconds)}${f.batch.failed ? ", failed" : ""}` : undefined]]))),
    el("h2", {}, "What the doctor says"),
    el("ul", { class: "findings" }, f.findings.map((x) =>
      el("li", { class: x.status }, el("strong", { class: { ok: "good", warning: "warn", failed: "bad" }[x.status] }, x.status), " ", el("b", {}, x.check), ": ", x.finding,
        x.details && el("ul", {}, x.details.map((d) => el("li", {}, d))), x.fix && el("p", { class: "note" }, "Fix: ", x.fix.join("; "))))),
    counters("Refused, by reason", f.rejected), counters("In quarantine, by type and reason", f.quarantined), counters("Failed attempts to store, by kind", f.errors),
    el("p", { class: "note" }, `Viewers: ${f.viewers}. Dropped because they did not read: ${count(f.dropped_viewers)}.`));
}

const counters = (title, all) => (Object.keys(all).length ? el("div", {}, el("h2", {}, title), pairs(byName(all))) : "");
