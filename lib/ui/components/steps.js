/* Draws steps in their order, and says which one is under way when that changes. */
const SHAPES = { done: "check", now: "progress_activity", next: "more_horiz", stopped: "pause" };
const WORDS = { done: "done", now: "under way", next: "to come", stopped: "stopped" };

const stepOf = (one) => {
  const made = el("li", `step ${one.stage}`, el("span", "shape", icon(SHAPES[one.stage])));
  made.append(el("span", "title", one.title, el("span", "hidden", `, ${WORDS[one.stage]}`)));
  if (one.stage === "now" || one.stage === "stopped") made.setAttribute("aria-current", "step");
  if (one.note) made.append(el("span", "note", one.note));
  if (one.total) {
    const bar = el("progress");
    bar.max = one.total;
    bar.value = one.done;
    bar.setAttribute("aria-label", one.title);
    made.append(bar);
  }
  return made;
};

export default function ({ data, parentElement }) {
  const desk = parentElement.querySelector(".desk");
  const list = el("ol", "steps");
  list.setAttribute("aria-label", data.label);
  for (const one of data.steps) list.append(stepOf(one));
  let said = desk.querySelector(".hidden[role=status]");
  if (!said) {
    said = el("p", "hidden");
    said.setAttribute("role", "status");
    desk.append(said);
  }
  desk.querySelector(".steps")?.remove();
  desk.prepend(list);
  const current = data.steps.find((one) => one.stage === "now" || one.stage === "stopped");
  const words = current ? `${current.title}: ${WORDS[current.stage]}` : "";
  if (said.textContent !== words) said.textContent = words;
}
