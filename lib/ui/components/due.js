/* Draws records that are due, with a box each. What is chosen stays over the pages of the list. */
const plural = (count, word) => `${count.toLocaleString("en-GB")} ${word}${count === 1 ? "" : "s"}`;

const boxOf = (label, change) => {
  const box = el("input");
  box.type = "checkbox";
  box.setAttribute("aria-label", label);
  box.addEventListener("change", () => change(box.checked));
  return box;
};

const buttonOf = (classes, shape, label, press) => {
  const made = el("button", classes, icon(shape), label);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
};

const nameOf = (row, open) => {
  const link = el("a", "", row.name);
  link.href = row.href;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(row.href);
  });
  return el("td", "who", row.href ? link : row.name, el("div", "note", row.note));
};

const whyOf = (row) => {
  const marks = el("div", "marks");
  for (const one of row.marks) marks.append(mark(one));
  return el("td", "why", marks, el("div", "sentence", row.sentence));
};

export default function ({ data, parentElement, setTriggerValue }) {
  const desk = parentElement.querySelector(".desk");
  if (!data.rows.length) {
    desk.replaceChildren(el("p", "empty", data.empty));
    return;
  }
  // The element outlives a redraw, so what was chosen on another page is still there.
  if (desk.turn !== data.turn) Object.assign(desk, { turn: data.turn, chosen: new Set() });
  const chosen = desk.chosen;
  const rows = new Map();
  const ordinary = data.rows.filter((row) => row.is_ordinary && row.is_open);

  const propose = buttonOf("", "outbox", "", () => {
    if (chosen.size && chosen.size <= data.limit) {
      setTriggerValue("propose", JSON.stringify([...chosen]));
    }
  });
  const said = el("span", "said");
  said.setAttribute("role", "status");
  const clear = buttonOf("quiet", "close", "Choose none", () => {
    chosen.clear();
    tell();
    all.focus();
  });
  const all = boxOf(`Choose the ${plural(ordinary.length, "ordinary record")} on this page`, (on) => {
    for (const row of ordinary) {
      if (on) chosen.add(row.key);
      else chosen.delete(row.key);
    }
    tell();
  });
  const tell = () => {
    for (const [key, { line, box }] of rows) {
      box.checked = chosen.has(key);
      line.classList.toggle("chosen", box.checked);
    }
    const taken = ordinary.filter((row) => chosen.has(row.key)).length;
    all.checked = ordinary.length > 0 && taken === ordinary.length;
    all.indeterminate = taken > 0 && taken < ordinary.length;
    const count = chosen.size;
    const over = count - data.limit;
    const words = count ? `Propose disposal of ${count === 1 ? "this record" : `these ${plural(count, "record")}`}` : "Propose disposal";
    propose.replaceChildren(icon("outbox"), words);
    propose.setAttribute("aria-disabled", String(count === 0 || over > 0));
    clear.hidden = count === 0;
    said.classList.toggle("over", over > 0);
    const elsewhere = [...chosen].filter((key) => !rows.has(key)).length;
    if (over > 0) said.textContent = `A case holds at most ${plural(data.limit, "record")}: leave out ${over}`;
    else if (count) {
      said.textContent = `${count} chosen${elsewhere ? `, ${elsewhere} on other pages` : ""}; a case holds at most ${data.limit}`;
    } else said.textContent = `A case holds at most ${plural(data.limit, "record")}`;
  };

  const boxes = () => [...rows.values()].map(({ box }) => box).filter((box) => !box.disabled);
  let last = null;
  const pickOf = (row) => {
    const box = boxOf(`Choose ${row.name}, ${row.note}`, (on) => {
      if (on) chosen.add(row.key);
      else chosen.delete(row.key);
      tell();
    });
    box.disabled = !row.is_open;
    box.addEventListener("click", (event) => {
      // With shift, everything ordinary between the last box and this one.
      if (event.shiftKey && last && rows.has(last)) {
        const keys = [...rows.keys()];
        const [from, to] = [keys.indexOf(last), keys.indexOf(row.key)].sort((a, b) => a - b);
        for (const one of ordinary) {
          const place = keys.indexOf(one.key);
          if (place < from || place > to) continue;
          if (box.checked) chosen.add(one.key);
          else chosen.delete(one.key);
        }
        tell();
      }
      last = row.key;
    });
    box.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const every = boxes();
      every[every.indexOf(box) + step]?.focus();
    });
    return box;
  };

  const head = el("tr");
  if (data.may_choose) {
    const cell = el("th", "pick", el("span", "hidden", "Choose"));
    cell.scope = "col";
    head.append(cell);
  }
  const headings = [["", "Patient"], ["", "Why it may go"], ...data.figures.map((word) => ["figure", word])];
  for (const [classes, word] of headings) {
    const cell = el("th", classes, word);
    cell.scope = "col";
    head.append(cell);
  }
  const hasActs = data.rows.some((row) => row.acts.length);
  if (hasActs) head.append(el("th", "more", el("span", "hidden", "More")));
  const columns = head.children.length;

  const body = el("tbody");
  data.rows.forEach((row, place) => {
    const line = el("tr");
    const box = pickOf(row);
    if (data.may_choose) line.append(el("td", "pick", el("label", "", box)));
    line.append(nameOf(row, (href) => setTriggerValue("open", href)), whyOf(row));
    for (const figure of row.figures) line.append(el("td", "figure", figure));
    rows.set(row.key, { line, box });
    body.append(line);
    if (!hasActs) return;
    const further = el("tr", "further");
    further.id = `further-${place}`;
    further.hidden = true;
    const acts = el("div", "acts");
    for (const one of row.acts) {
      const made = buttonOf("act", one.icon, one.label, () => setTriggerValue("act", `${one.value}:${row.key}`));
      made.setAttribute("aria-label", `${one.label}: ${row.name}`);
      acts.append(made);
    }
    const cell = el("td", "", acts);
    cell.colSpan = columns - (data.may_choose ? 1 : 0);
    further.append(...(data.may_choose ? [el("td")] : []), cell);
    const more = buttonOf("", "more_horiz", "", () => {
      further.hidden = !further.hidden;
      line.classList.toggle("has-further", !further.hidden);
      more.setAttribute("aria-expanded", String(!further.hidden));
    });
    more.setAttribute("aria-label", `More to do with ${row.name}`);
    more.setAttribute("aria-expanded", "false");
    more.setAttribute("aria-controls", further.id);
    line.append(el("td", "more", row.acts.length ? more : ""));
    body.append(further);
  });

  const table = el("table", "due", el("caption", "hidden", data.caption), el("thead", "", head), body);
  const scroll = el("div", "scroll", table);
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", data.caption);
  const sweep = el("label", "", all, `The ${plural(ordinary.length, "ordinary record")} on this page`);
  sweep.hidden = ordinary.length === 0;
  const bar = el("div", "bar", propose, sweep, clear, said);
  desk.replaceChildren(...(data.may_choose ? [bar] : []), scroll);
  tell();
}
