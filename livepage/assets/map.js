import { age, ask, count, el, fill, polling, table } from "./dom.js";

let search, which, body, note, about, catalogue;

export function begin(panel, a) {
  about = a;
  search = el("input", { type: "search", id: "map-search", autocomplete: "off", oninput: draw });
  which = el("select", { id: "map-which", onchange: draw }, el("option", { value: "all" }, "all"), el("option", { value: "came" }, "that came"), el("option", { value: "never" }, "that never came"));
  note = el("p", { class: "note", role: "status" });
  body = el("div", {});
  panel.append(el("div", { class: "controls" }, el("label", {}, "Search", search), el("label", {}, "Types", which)), note, body);
}

const poll = polling(async () => {
  try {
    catalogue = await ask("map");
    if (!body.contains(document.activeElement)) draw();
  } catch { /* the state line says so */ }
});

export const show = poll.begin;

export const hide = poll.end;

const words = (t) => [t.name, t.description, t.group, ...t.metrics, ...t.fields.flatMap((f) => [f.path, f.description])].filter(Boolean).join(" ").toLowerCase();

function draw() {
  if (!catalogue) return;
  const wanted = search.value.toLowerCase();
  const types = catalogue.types.filter((t) => words(t).includes(wanted) && (which.value === "all" || (which.value === "came") === Boolean(t.last_seen)));
  const never = catalogue.types.filter((t) => !t.last_seen).length;
  note.textContent = `${types.length} of ${catalogue.types.length} types. ${never} never came since the start. ${count(catalogue.other)} events are of types that the map does not declare.`;
  const sum = (o) => Object.values(o ?? {}).reduce((a, b) => a + b, 0);
  fill(body,
    about.change_switches ? el("p", {}, toggle("", "Metrics of the whole client", catalogue.metrics)) : el("p", { class: "note" }, catalogue.metrics ? "Metrics are on." : "Metrics of the whole client are switched off."),
    table("Event types", ["Type", "Last seen", { number: "Accepted" }, { number: "Refused" }, "Metrics", "Switch"], types.map((t) => [
      el("details", {}, el("summary", {}, t.name), el("p", { class: "note" }, [t.description, t.deprecated && "Deprecated.", !t.stored && "Not stored."].filter(Boolean).join(" ") || "No description."),
        el("ul", {}, t.fields.map((f) => el("li", {}, [f.path, f.type, f.required && "required", f.redact, f.description].filter(Boolean).join(" · "))))),
      t.last_seen ? age((Date.now() - new Date(t.last_seen)) / 1000) + " ago" : "never", { number: count(t.accepted) }, { number: count(sum(t.rejected)) }, t.metrics.join(", "),
      about.change_switches ? toggle(t.name, "on", t.on) : t.on ? "on" : "off"])),
    catalogue.undeclared.length ? [el("h2", {}, "Not declared"), table("Types that the map does not declare", ["Type", { number: "Seen while the page was open" }], catalogue.undeclared.map((u) => [u.name, { number: count(u.seen) }]))] : "");
}

function toggle(event, text, on) {
  const box = el("input", { type: "checkbox", checked: on, "aria-label": event ? `Metrics of ${event}` : undefined, onchange: async () => {
    try {
      catalogue = await ask("switch", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ event, on: box.checked }) });
    } catch (e) {
      note.textContent = e.message;
    }
    draw();
  } });
  return el("label", { class: "inline" }, box, text);
}
