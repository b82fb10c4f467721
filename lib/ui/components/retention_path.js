/* Why a record is still here: state and sentence, or the days that it follows from. */
const whyOf = ({ mark: badge, headline, sentence }) =>
  el(
    "section",
    `why tone-${badge.tone}`,
    el("div", "top", mark(badge), el("h2", "", headline)),
    el("p", "sentence", sentence),
  );
const stopOf = ({ day, words, note, role, icon: shape, is_past: past }) => {
  const made = el(
    "li",
    `stop role-${role.replaceAll(" ", "-")} ${past ? "" : "ahead"}`,
    el("span", "date", day),
    el("span", "rail", el("span", "dot", icon(shape))),
    el("div", "body", el("span", "words", words), note ? el("span", "note", note) : null),
  );
  if (role === "today") made.setAttribute("aria-current", "date");
  return made;
};

export default function ({ data, parentElement }) {
  const desk = parentElement.querySelector(".desk");
  if (data.head) {
    desk.replaceChildren(whyOf(data.head));
    return;
  }
  const path = el("ol", "path", ...data.stops.map(stopOf));
  path.setAttribute("aria-label", data.title);
  desk.replaceChildren(el("h2", "title", data.title), path);
}
