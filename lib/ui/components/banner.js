/* The patient banner (NHS CUI): who this is, on everything that shows a patient. */
const pair = ({ label, value }, extra = "") =>
  el("span", `pair ${extra}`.trim(), el("span", "label", label), el("span", "value", value));

export default function ({ data, parentElement }) {
  const desk = parentElement.querySelector(".desk");
  const who = el("div", "who", el("h1", "name", data.name));
  if (data.preferred) who.append(pair(data.preferred, "preferred"));
  data.pairs.forEach((each, place) => who.append(pair(each, place === 0 ? "right" : "")));
  const { allergies } = data;
  const safety = el(
    "div", `safety tone-${allergies.tone}`, icon(allergies.icon),
    allergies.label ? el("span", "label", allergies.label) : null,
    el("span", "value", allergies.value),
  );
  for (const each of data.marks) safety.append(mark(each));
  const banner = el("section", data.died ? "banner dead" : "banner");
  banner.setAttribute("aria-label", "Patient");
  if (data.died) banner.append(el("div", "state", icon("deceased"), data.died));
  banner.append(who, safety);
  desk.replaceChildren(banner);
}
