/* Draws purposes by states from what Python sends; a figure is a link to its list. */
const figureOf = (figure, row, head, open) => {
  const cell = el("td", figure.is_chosen ? "chosen" : "");
  cell.style.setProperty("--share", String(figure.share));
  if (!figure.href) {
    cell.classList.add("none");
    cell.append(figure.text);
    return cell;
  }
  const link = el("a", "", figure.text);
  link.href = figure.href;
  link.setAttribute("aria-label", `${figure.text}: ${row.name}, ${head.word}`);
  if (figure.is_chosen) link.setAttribute("aria-current", "true");
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(figure.href);
  });
  cell.append(link);
  return cell;
};

const headings = (data, apart) => {
  const over = el("tr", "", el("td"));
  data.spans.forEach((span, place) => {
    const made = el("th", place ? "apart" : "", span.word);
    made.colSpan = span.columns;
    made.scope = "colgroup";
    over.append(made);
  });
  const first = el("th", "", "Purpose");
  first.scope = "col";
  const heads = el("tr", "", first);
  data.heads.forEach((head, place) => {
    const made = el("th", apart.has(place) ? "apart" : "", head.mark ? mark(head.mark) : head.word);
    made.scope = "col";
    heads.append(made);
  });
  return el("thead", "", over, heads);
};

export default function ({ data, parentElement, setTriggerValue }) {
  const open = (href) => setTriggerValue("open", href);
  const apart = new Set();
  let place = 0;
  for (const span of data.spans) {
    if (place) apart.add(place);
    place += span.columns;
  }
  const body = el("tbody");
  for (const row of data.rows) {
    const name = el("th", "", row.name);
    name.scope = "row";
    const line = el("tr", row.is_part ? "part" : "", name);
    row.figures.forEach((figure, at) => {
      const cell = figureOf(figure, row, data.heads[at], open);
      if (apart.has(at)) cell.classList.add("apart");
      line.append(cell);
    });
    body.append(line);
  }
  const table = el("table", "matrix", el("caption", "", data.caption), headings(data, apart), body);
  const scroll = el("div", "scroll", table);
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", data.caption);
  parentElement.querySelector(".desk").replaceChildren(scroll);
}
