/* Pairs of records that may be one person. A pair that is answered is greyed at once, so that a
   second press cannot reach the next pair, which takes its place. */
const go = (made, href, open) => {
  made.href = href;
  made.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(href);
  });
  return made;
};

const known = (label, value) => el("span", "known", `${label} `, el("b", "", value));

const banner = (person, place, open) => {
  const name = el("div", "name", go(el("a", "", person.name), person.href, open));
  for (const each of person.marks) name.append(" ", mark(each));
  const first = el("div", "line");
  if (person.preferred) first.append(known("Preferred", person.preferred));
  first.append(known("Born", person.born), known("Gender", person.gender));
  const second = el("div", "line", known("Reference", person.reference), known("Last seen", person.seen));
  const made = el("div", "banner", name, first, second);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", `${place} record: ${person.name}`);
  return made;
};

const values = (texts) => {
  const cell = el("td");
  if (!texts.length) cell.append(el("span", "quiet", "–"));
  for (const text of texts) cell.append(el("div", "", text));
  return cell;
};

const table = (pair) => {
  const head = el("tr");
  for (const label of ["Compared", "First record", "Second record", "How they stand"]) {
    const cell = el("th", "", label);
    cell.scope = "col";
    head.append(cell);
  }
  const body = el("tbody");
  for (const line of pair.lines) {
    const label = el("th", "", line.label);
    label.scope = "row";
    const verdict = el("td", "verdict", mark(line.mark), el("div", "quiet", line.reason));
    body.append(el("tr", "", label, values(line.one), values(line.other), verdict));
  }
  const scroll = el("div", "scroll", el("table", "", el("thead", "", head), body));
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", `What was compared, ${pair.title}`);
  return scroll;
};

const card = (pair, place, ways) => {
  const title = el("h2", "", pair.title, el("span", "chance", pair.chance));
  title.id = `pair-${pair.pair_id}`;
  const merge = go(el("a", "button primary", "Compare and merge"), pair.href, ways.open);
  const differ = el("button", "button", "Not the same person");
  differ.type = "button";
  for (const each of [merge, differ]) each.setAttribute("aria-describedby", title.id);
  const made = el(
    "section",
    "pair",
    title,
    el("div", "both", banner(pair.one, "First", ways.open), banner(pair.other, "Second", ways.open)),
  );
  const details = el("details", "", el("summary", "", "What agrees and what differs"), table(pair));
  details.open = place === 0;
  made.append(details, el("div", "ways", merge, differ));
  made.setAttribute("aria-labelledby", title.id);
  made.tabIndex = -1;
  differ.addEventListener("click", () => {
    if (made.inert) return;
    made.inert = true;
    made.classList.add("gone");
    ways.differ(pair.pair_id, place);
  });
  return made;
};

const memory = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const desk = parentElement.querySelector(".desk");
  const self = memory.get(parentElement) || { shown: "", say: () => {}, place: -1 };
  memory.set(parentElement, self);
  self.say = setTriggerValue;
  const shown = JSON.stringify(data.pairs);
  // Drawn again only when the pairs are others: what a person has unfolded stays unfolded.
  if (shown === self.shown) return;
  self.shown = shown;
  const ways = {
    open: (href) => self.say("open", href),
    differ: (id, place) => {
      self.place = place;
      self.say("differ", id);
    },
  };
  desk.replaceChildren(...data.pairs.map((pair, place) => card(pair, place, ways)));
  // Whoever answers by keyboard goes on where they were, at the pair that took its place.
  const next = desk.children[Math.min(self.place, desk.children.length - 1)];
  if (self.place >= 0 && next) next.focus();
  self.place = -1;
}
