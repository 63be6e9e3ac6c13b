// Elements are made of text alone: nothing that the service says is ever read as HTML.

export function el(name, attributes = {}, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) e.addEventListener(key.slice(2), value);
    else if (value === true) e.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) e.setAttribute(key, value);
  }
  e.append(...there(children));
  return e;
}

const there = (children) => children.flat(Infinity).filter((c) => c !== undefined && c !== null && c !== "");

// fill gives an element other children. Lists in lists, and what is empty, are taken as they come.
export const fill = (e, ...children) => e.replaceChildren(...there(children));

export const count = (n) => Number(n).toLocaleString("en");

export const clock = (time) => {
  const t = new Date(time);
  return t.toLocaleTimeString("en-GB") + "." + String(t.getMilliseconds()).padStart(3, "0");
};

export function age(seconds) {
  if (seconds < 1) return Math.round(seconds * 1000) + " ms";
  if (seconds < 120) return Math.round(seconds) + " s";
  if (seconds < 7200) return Math.round(seconds / 60) + " min";
  if (seconds < 172800) return Math.round(seconds / 3600) + " h";
  return Math.round(seconds / 86400) + " days";
}

export function bytes(n) {
  for (const unit of ["B", "KiB", "MiB"]) {
    if (n < 1024) return (unit === "B" ? n : n.toFixed(1)) + " " + unit;
    n /= 1024;
  }
  return n.toFixed(1) + " GiB";
}

export const rate = (n) => (n >= 100 ? count(Math.round(n)) : n.toFixed(1)) + " /s";

export const labels = (pairs) => pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ");

export function table(caption, heads, rows) {
  const cell = (tag) => (c) => {
    const isNumber = c && c.number !== undefined;
    return el(tag, { class: isNumber ? "number" : undefined, scope: tag === "th" ? "col" : undefined }, isNumber ? c.number : c ?? "");
  };
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {}, el("thead", {}, el("tr", {}, heads.map(cell("th")))), el("tbody", {}, rows.map((r) => el("tr", {}, r.map(cell("td")))))));
}

export async function ask(path, options) {
  const answer = await fetch("live/api/" + path, { cache: "no-store", ...options });
  if (!answer.ok) throw new Error((await answer.text()).trim() || "status " + answer.status);
  return answer.json();
}

// polling calls read every two seconds from begin until end. Of several loops, the one of the latest begin alone continues after its read.
export function polling(read) {
  let number = 0;
  let timer;
  const end = () => {
    number++;
    clearTimeout(timer);
  };
  const begin = () => {
    end();
    const mine = number;
    const every = async () => {
      await read();
      if (mine === number) timer = setTimeout(every, 2000);
    };
    every();
  };
  return { begin, end };
}

// arrows moves the focus between the elements of a list: one of them is in the order of Tab.
export function arrows(list, selector, keys = ["ArrowUp", "ArrowDown"]) {
  list.addEventListener("keydown", (e) => {
    const all = [...list.querySelectorAll(selector)];
    const at = all.indexOf(document.activeElement);
    if (at < 0) return;
    const to = { [keys[0]]: at - 1, [keys[1]]: at + 1, Home: 0, End: all.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    const next = all[(to + all.length) % all.length];
    for (const one of all) one.tabIndex = one === next ? 0 : -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  });
}
