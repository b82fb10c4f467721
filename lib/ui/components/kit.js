/* Builds elements from data: text is only ever set as text, never read as HTML. */
const DATE = /(\d{2}-[A-Z][a-z]{2}-\d{4})/;
// A date is never broken over two lines.
const unbroken = (text) => {
  const whole = document.createDocumentFragment();
  text.split(DATE).forEach((part, place) => {
    if (place % 2) {
      const date = document.createElement("span");
      date.className = "date";
      date.textContent = part;
      whole.append(date);
    } else whole.append(part);
  });
  return whole;
};
const el = (tag, classes, ...children) => {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  for (const child of children) {
    if (child !== null && child !== undefined && child !== "") made.append(typeof child === "string" && DATE.test(child) ? unbroken(child) : child);
  }
  return made;
};
const icon = (name) => {
  const made = el("span", "icon", name);
  made.setAttribute("aria-hidden", "true");
  return made;
};
const mark = ({ word, icon: shape, tone }) => el("span", `mark tone-${tone}`, icon(shape), word);
