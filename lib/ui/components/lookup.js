/* The lookup: one box whose results are a listbox (ARIA combobox pattern). What is typed goes to
   Python after a short rest; Python answers with rows, drawn here as text. */
const REST = 120;
const memory = new WeakMap();

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// The beginnings of words that were typed, marked. Folding a character at a time keeps the places.
const marked = (text, words) => {
  const made = document.createDocumentFragment();
  const letters = [...text];
  const folded = letters.map(fold);
  let plain = "";
  for (let at = 0; at < letters.length; ) {
    const begins = at === 0 || !/[\p{L}\p{N}]/u.test(letters[at - 1]);
    let length = 0;
    for (const word of begins ? words : []) {
      let seen = "";
      let count = 0;
      while (at + count < folded.length && word.startsWith(seen + folded[at + count])) {
        seen += folded[at + count];
        count += 1;
      }
      if (seen === word && count > length) length = count;
    }
    if (length) {
      made.append(plain, el("mark", "", letters.slice(at, at + length).join("")));
      plain = "";
      at += length;
    } else {
      plain += letters[at];
      at += 1;
    }
  }
  made.append(plain);
  return made;
};

const known = (label, text, words) => {
  const said = el("b");
  said.append(marked(text, words));
  return el("span", "known", `${label} `, said);
};

const row = (hit, place, words) => {
  const name = el("span", "name");
  name.append(marked(hit.name, words));
  const first = el("div", "line", name);
  if (hit.preferred) first.append(known("Preferred", hit.preferred, words));
  for (const each of hit.marks) first.append(mark(each));
  const second = el("div", "line", known("Born", hit.born, words), known("Gender", hit.gender, []));
  second.append(known("Reference", hit.reference, words));
  if (hit.external) second.append(known("Other number", hit.external, words));
  if (hit.strip.length) {
    const strip = el("span", "strip");
    for (const each of hit.strip) {
      const { word, icon: shape, tone } = each;
      const state = tone === "good" ? "done" : "missing";
      strip.append(el("span", `has ${state}`, icon(shape), word, el("span", "hidden", `: ${state}`)));
    }
    second.append(strip);
  }
  const seen = el("div", "seen", el("b", "", hit.seen), hit.practitioner);
  const item = el("li", "", first, seen, second);
  if (hit.why) item.append(el("div", "why", icon("subdirectory_arrow_right"), ` ${hit.why}`));
  item.id = `hit-${place}`;
  item.setAttribute("role", "option");
  return item;
};

const start = (parentElement) => {
  const desk = parentElement.querySelector(".desk");
  const input = desk.querySelector("input");
  const list = desk.querySelector("ul");
  const self = { desk, input, list, hits: [], active: -1, timer: 0, sent: null, say: () => {} };

  self.choose = (place) => {
    self.active = place;
    [...list.children].forEach((item, at) => {
      item.setAttribute("aria-selected", String(at === place));
      if (at === place) item.scrollIntoView({ block: "nearest" });
    });
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `hit-${place}`);
  };
  self.open = (place) => {
    const hit = self.hits[place];
    if (hit) self.say("open", hit.id);
  };
  self.flush = () => {
    window.clearTimeout(self.timer);
    if (self.sent === input.value) return;
    self.sent = input.value;
    self.say("text", input.value);
  };
  self.isFresh = () => self.answered === input.value;

  input.addEventListener("input", () => {
    desk.classList.toggle("stale", !self.isFresh());
    window.clearTimeout(self.timer);
    self.timer = window.setTimeout(self.flush, REST);
  });
  input.addEventListener("keydown", (event) => {
    const last = self.hits.length - 1;
    const moves = {
      ArrowDown: Math.min(self.active + 1, last),
      ArrowUp: Math.max(self.active - 1, Math.min(0, last)),
    };
    if (event.key in moves) {
      event.preventDefault();
      self.choose(moves[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      // Rows that answer an earlier text are not opened: it would be somebody not looked at yet.
      if (self.isFresh()) self.open(self.active);
      else self.flush();
    } else if (event.key === "Escape") {
      event.preventDefault();
      input.value = "";
      self.flush();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item && self.isFresh()) self.open([...list.children].indexOf(item));
  });
  self.slash = (event) => {
    const at = event.composedPath()[0];
    const isTyping = at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName || "");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  };
  document.addEventListener("keydown", self.slash);
  memory.set(parentElement, self);
  return self;
};

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const isFirst = !memory.has(parentElement);
  const self = memory.get(parentElement) || start(parentElement);
  const { desk, input, list } = self;
  self.say = (what, value) => (what === "open" ? setTriggerValue : setStateValue)(what, value);
  if (isFirst) {
    input.value = data.query;
    self.sent = data.query;
    input.focus({ preventScroll: true });
  }
  self.answered = data.query;
  self.hits = data.hits;
  desk.classList.toggle("stale", !self.isFresh());
  const words = fold(data.query).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  list.replaceChildren(...data.hits.map((hit, place) => row(hit, place, words)));
  list.hidden = !data.hits.length;
  input.setAttribute("aria-expanded", String(data.hits.length > 0));
  desk.querySelector(".under").hidden = !data.hits.length;
  desk.querySelector(".count").textContent = data.label;
  desk.querySelector(".said").textContent = data.label || data.message[0] || "";
  const lines = data.message.map((line) => el("p", "", line));
  desk.querySelector(".message").replaceChildren(...lines);
  self.choose(data.hits.length && data.query ? 0 : -1);
  return () => document.removeEventListener("keydown", self.slash);
}
