import { ask, el } from "./dom.js";

let user, list, note, more;

export function begin(panel) {
  user = el("input", { type: "search", id: "timeline-user", autocomplete: "off", spellcheck: "false" });
  list = el("ol", { class: "findings", "aria-label": "Events of the user, the latest first" });
  note = el("p", { class: "note", role: "status" }, "What MongoDB has of a user. Events that still wait in the journal are not there yet.");
  more = el("button", { class: "plain", type: "button", hidden: true, onclick: () => read(more.dataset.user, more.dataset.next) }, "Earlier events");
  panel.append(el("form", { class: "controls", onsubmit: (e) => { e.preventDefault(); list.replaceChildren(); read(user.value, ""); } },
    el("label", {}, "User", user), el("button", { class: "plain" }, "Show")), note, list, more);
}

async function read(who, cursor) {
  let page;
  try {
    page = await ask("timeline?" + new URLSearchParams({ user: who, cursor }));
  } catch (e) {
    note.textContent = e.message;
    return;
  }
  list.append(...page.events.map((e) => el("li", {}, el("details", {},
    el("summary", {}, e.time ? new Date(e.time).toISOString() : "(a time after the year 9999)", " ", el("b", {}, e.type), e.session ? ` session ${e.session}` : ""), el("pre", { tabindex: "0" }, e.document)))));
  note.textContent = list.childElementCount ? `${list.childElementCount} events, the latest first.` : "MongoDB has no event of this user.";
  more.hidden = !page.next;
  more.dataset.user = who;
  more.dataset.next = page.next ?? "";
}
