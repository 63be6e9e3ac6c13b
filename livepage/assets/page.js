import { arrows, ask } from "./dom.js";
import { on, start } from "./stream.js";
import * as pipeline from "./pipeline.js";
import * as events from "./events.js";
import * as metrics from "./metrics.js";
import * as map from "./map.js";
import * as timeline from "./timeline.js";

const views = { pipeline, events, metrics, map, timeline };
const tabs = document.getElementById("tabs");
let current = "";

function show(name) {
  if (!(name in views)) name = "pipeline";
  if (name === current) return;
  views[current]?.hide?.();
  current = name;
  for (const tab of tabs.children) {
    const selected = tab.id === "tab-" + name;
    tab.setAttribute("aria-selected", selected);
    tab.tabIndex = selected ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !selected;
  }
  views[name].show?.();
}

tabs.addEventListener("click", (e) => {
  const name = e.target.closest("[role=tab]")?.getAttribute("aria-controls");
  if (name) location.hash = "/" + name; // no fragment of the page: the order of Tab begins at its top
});
arrows(tabs, "[role=tab]", ["ArrowLeft", "ArrowRight"]);
addEventListener("hashchange", () => show(location.hash.slice(2)));

const state = document.getElementById("state");
on("state", (s) => {
  const texts = { live: "Live", lost: "The service does not answer; trying again…" };
  state.textContent = texts[s] ?? s;
  state.className = s === "live" ? "" : "lost";
});

async function begin() {
  let about;
  try {
    about = await ask("about");
  } catch (e) {
    state.textContent = e.message;
    state.className = "lost";
    setTimeout(begin, 1000);
    return;
  }
  for (const [name, view] of Object.entries(views)) {
    const panel = document.getElementById(name);
    panel.replaceChildren();
    view.begin(panel, about);
  }
  document.getElementById("tab-timeline").hidden = !about.timeline;
  show(location.hash.slice(2));
  start(about.view);
}

begin();
