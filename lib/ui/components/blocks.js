/* Draws facts, notices, dated entries, tables and cards from what Python sends. */
const paragraph = (classes, text) => (text ? el("p", classes, text) : null);

const heading = (block) => {
  if (!block.title) return null;
  const made = el("h2", "", block.title);
  if (block.count) made.append(el("span", "count", block.count));
  return made;
};

const link = (cell, open) => {
  const made = el("a", "", cell.text);
  made.href = cell.href;
  made.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(cell.href);
  });
  const whole = el("div", "", made);
  for (const each of cell.marks) whole.append(" ", mark(each));
  if (cell.note) whole.append(el("div", "note", cell.note));
  return whole;
};

const value = (cell, open) => {
  if (typeof cell === "string") return cell;
  if (cell.kind === "mark") return mark(cell);
  if (cell.kind === "link") return link(cell, open);
  const made = el("div", "", cell.text);
  if (cell.note) made.append(el("div", "note", cell.note));
  return made;
};

const tableOf = (block, open) => {
  const table = el("table");
  if (block.caption) table.append(el("caption", "", block.caption));
  const row = el("tr");
  for (const column of block.columns) {
    const cell = el("th", column.is_figure ? "figure" : "", column.label);
    cell.scope = "col";
    row.append(cell);
  }
  const body = el("tbody");
  for (const cells of block.rows) {
    const line = el("tr");
    cells.forEach((cell, place) => {
      const { is_figure: isFigure, is_short: isShort } = block.columns[place];
      const made = el("td", `${isFigure ? "figure" : ""} ${isShort ? "nowrap" : ""}`.trim());
      made.append(value(cell, open));
      line.append(made);
    });
    body.append(line);
  }
  table.append(el("thead", "", row), body);
  const scroll = el("div", "scroll", table);
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", block.caption || block.title || "Table");
  return scroll;
};

const draw = {
  facts: (block) => {
    const list = el("dl", "facts");
    for (const fact of block.facts) {
      const said = el("dd");
      for (const item of fact.values) {
        const line = el("div", item.is_past ? "past" : "", item.text);
        for (const each of item.marks) line.append(" ", mark(each));
        if (item.note) line.append(" ", el("span", "note", item.note));
        said.append(line);
      }
      list.append(el("dt", "", fact.label), said);
    }
    return list;
  },
  notices: (block) => {
    const list = el("ul", "notices");
    for (const notice of block.notices) {
      const said = el("div", "", el("strong", "", notice.title));
      for (const line of notice.lines) said.append(el("div", "line", line));
      list.append(el("li", `notice tone-${notice.tone}`, icon(notice.icon), said));
    }
    return list;
  },
  entries: (block, open, act) => {
    if (!block.entries.length) return paragraph("empty", block.empty);
    const list = el("ol", "entries");
    for (const entry of block.entries) {
      const head = el("div", "head", el("h3", "", entry.title));
      for (const each of entry.marks) head.append(mark(each));
      if (entry.aside) head.append(el("span", "aside", entry.aside));
      const body = el("div", "body", head);
      for (const line of entry.lines) body.append(el("p", "line", line));
      if (entry.table) body.append(tableOf(entry.table, open));
      if (entry.said) body.append(el("p", "said", entry.said));
      for (const notice of entry.notices) {
        const said = el("div", "", el("strong", "", notice.title));
        for (const line of notice.lines) said.append(el("div", "line", line));
        body.append(el("div", `notice tone-${notice.tone}`, icon(notice.icon), said));
      }
      if (entry.earlier.length) {
        const details = el("details", "", el("summary", "", entry.earlier_label));
        for (const old of entry.earlier) {
          const made = el("div", "old", el("div", "", old.title));
          for (const line of old.lines) made.append(el("div", "line", line));
          details.append(made);
        }
        body.append(details);
      }
      if (entry.acts.length) {
        const row = el("div", "acts");
        for (const one of entry.acts) {
          const made = el(one.href ? "a" : "button", "act", icon(one.icon), one.label);
          made.setAttribute("aria-label", `${one.label}: ${entry.title}`);
          if (one.href) Object.assign(made, { href: one.href, target: "_blank", rel: "noopener" });
          else {
            made.type = "button";
            made.addEventListener("click", () => act(one.value));
          }
          row.append(made);
        }
        body.append(row);
      }
      const item = el("li", entry.is_void ? "entry void" : "entry", el("div", "when", entry.when));
      item.append(body);
      list.append(item);
    }
    return list;
  },
  differences: (block) => {
    if (!block.fields.length) return paragraph("empty", block.empty);
    const list = el("dl", "facts");
    const tags = { same: "span", removed: "del", added: "ins" };
    for (const field of block.fields) {
      const said = el("dd", "words");
      for (const one of field.words) {
        const made = document.createElement(tags[one.part] || "span");
        made.textContent = one.text;
        said.append(made);
      }
      list.append(el("dt", "", field.label), said);
    }
    return list;
  },
  table: (block, open) => (block.rows.length ? tableOf(block, open) : paragraph("empty", block.empty)),
  cards: (block, open) => {
    if (!block.cards.length) return paragraph("empty", block.empty);
    const list = el("ul", "cards");
    for (const card of block.cards) {
      const made = el(card.href ? "a" : "div", "card");
      if (card.href) made.href = card.href;
      if (card.number) made.append(el("span", "number", card.number));
      made.append(el("span", "name", card.title), el("span", "detail", card.detail));
      if (card.mark) made.append(mark(card.mark));
      made.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        if (card.href) open(card.href);
      });
      list.append(el("li", "", made));
    }
    return list;
  },
};

export default function ({ data, parentElement, setTriggerValue }) {
  const open = (href) => setTriggerValue("open", href);
  const act = (value) => setTriggerValue("act", value);
  const desk = parentElement.querySelector(".desk");
  desk.replaceChildren(
    ...data.blocks.map((block) => {
      const made = el("section", "block", heading(block), draw[block.kind](block, open, act));
      if (block.title) made.setAttribute("aria-label", block.title);
      return made;
    }),
  );
}
