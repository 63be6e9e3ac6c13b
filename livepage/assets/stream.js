// One connection serves all tabs of the page: browsers allow six to a host. The tab that holds a lock has it, and tells the
// others. Without locks, which plain HTTP from another host has not, each tab has its own.

const me = crypto.getRandomValues(new Uint32Array(2)).join("");
const listeners = { events: [], figures: [], state: [] };
const filters = new Map([[me, { text: "\n\n\n", at: 0 }]]);
const shared = "BroadcastChannel" in window && Boolean(navigator.locks);
let view = ""; // what this tab may see; only tabs that may see the same share a stream
let place = "";
let channel = null;
let leading = false;
let source = null;
let timer = 0;

export const on = (name, f) => listeners[name].push(f);

const tell = (name, data) => listeners[name].forEach((f) => f(data));

function share(name, data) {
  tell(name, data);
  channel?.postMessage({ name, data });
}

export function setFilter(eventType, user, session, module) {
  const text = [eventType, user, session, module].map((t) => t.replaceAll("\n", " ")).join("\n");
  filters.set(me, { text, at: Date.now() });
  if (leading) reconnectSoon();
  else post();
}

const post = () => channel?.postMessage({ filter: filters.get(me).text, from: me });

function connect() {
  clearTimeout(timer);
  source?.close();
  const q = new URLSearchParams();
  for (const text of new Set([...filters.values()].map((f) => f.text))) q.append("f", text);
  const mine = (source = new EventSource("live/api/stream?" + q));
  mine.addEventListener("view", (m) => {
    if (JSON.parse(m.data) === view) return;
    mine.close(); // the browser has other rights now: begin anew with them
    location.reload();
  });
  mine.addEventListener("figures", () => share("state", "live"), { once: true }); // events come since then
  mine.onerror = async () => {
    mine.close();
    if (mine !== source) return;
    const answer = await fetch("live/api/about", { cache: "no-store" }).catch(() => null);
    share("state", answer && answer.status === 403 ? (await answer.text()).trim() : "lost");
    clearTimeout(timer);
    timer = setTimeout(connect, 1000);
  };
  for (const name of ["events", "figures"]) mine.addEventListener(name, (m) => share(name, JSON.parse(m.data)));
}

function reconnectSoon() {
  clearTimeout(timer);
  timer = setTimeout(connect, 150);
}

function take({ data: m }) {
  if (m.name) {
    if (!leading) tell(m.name, m.data);
  } else if (m.who) {
    post();
  } else if (leading && m.from) {
    const known = filters.get(m.from)?.text;
    if (m.bye) filters.delete(m.from);
    else filters.set(m.from, { text: m.filter, at: Date.now() });
    if (!m.bye && known !== m.filter) reconnectSoon();
  }
}

export function start(what) {
  view = what;
  if (!shared) {
    leading = true;
    connect();
    return;
  }
  place = `otelanalytics live ${location.pathname} ${view}`;
  channel = new BroadcastChannel(place);
  channel.onmessage = take;
  addEventListener("pagehide", () => channel.postMessage({ from: me, bye: true }));
  addEventListener("pageshow", (e) => e.persisted && post());
  post();
  setInterval(() => {
    if (!leading) return post();
    for (const [id, f] of filters) if (id !== me && Date.now() - f.at > 30000) filters.delete(id);
  }, 10000);
  navigator.locks.request(place, () => new Promise(() => { // until this tab ends
    leading = true;
    channel.postMessage({ who: true });
    connect();
  }));
}
