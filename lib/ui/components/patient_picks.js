/* Draws patients with a box each; what is chosen is sent when the button is pressed. */
const cellOf = (cell) => (typeof cell === "string" ? cell : mark(cell));

const boxOf = (label, isChecked, change) => {
  const box = el("input");
  box.type = "checkbox";
  box.checked = isChecked;
  box.setAttribute("aria-label", label);
  box.addEventListener("change", () => change(box.checked));
  return box;
};

const nameOf = (row, open) => {
  const link = el("a", "", row.name);
  link.href = row.href;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(row.href);
  });
  return el("td", "", link, el("div", "note", row.note));
};

export default function ({ data, parentElement, setTriggerValue }) {
  const desk = parentElement.querySelector(".desk");
  if (!data.rows.length) {
    desk.replaceChildren(el("p", "empty", data.empty));
    return;
  }
  const chosen = new Set();
  const rows = new Map();
  const said = el("span", "said");
  said.setAttribute("role", "status");
  const button = el("button", "", icon("event_upcoming"), data.act);
  button.type = "button";
  const all = boxOf("Choose everybody on this page", false, (on) => {
    for (const row of data.rows) {
      if (on) chosen.add(row.key);
      else chosen.delete(row.key);
    }
    tell();
  });
  const tell = () => {
    for (const [key, { line, box }] of rows) {
      box.checked = chosen.has(key);
      line.classList.toggle("chosen", chosen.has(key));
    }
    all.checked = chosen.size === rows.size;
    all.indeterminate = chosen.size > 0 && chosen.size < rows.size;
    button.setAttribute("aria-disabled", String(chosen.size === 0));
    said.textContent = chosen.size ? `${chosen.size} chosen` : "Choose patients in the list";
  };
  button.addEventListener("click", () => {
    if (chosen.size) setTriggerValue("act", JSON.stringify([...chosen]));
  });
  const head = el("tr");
  if (data.act) {
    const cell = el("th", "pick", el("label", "", all));
    cell.scope = "col";
    head.append(cell);
  }
  for (const word of ["Patient", ...data.columns]) {
    const cell = el("th", "", word);
    cell.scope = "col";
    head.append(cell);
  }
  const body = el("tbody");
  for (const row of data.rows) {
    const line = el("tr");
    const box = boxOf(`Choose ${row.name}`, false, (on) => {
      if (on) chosen.add(row.key);
      else chosen.delete(row.key);
      tell();
    });
    if (data.act) line.append(el("td", "pick", el("label", "", box)));
    line.append(nameOf(row, (href) => setTriggerValue("open", href)));
    for (const cell of row.cells) line.append(el("td", "nowrap", cellOf(cell)));
    rows.set(row.key, { line, box });
    body.append(line);
  }
  const table = el("table", "picks", el("caption", "", data.caption), el("thead", "", head), body);
  const scroll = el("div", "scroll", table);
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", data.caption);
  desk.replaceChildren(...(data.act ? [el("div", "bar", button, said)] : []), scroll);
  tell();
}
