/* The summary strip: what a record has and lacks; each item a word with a shape and its reason. */
const itemOf = ({ word, state, icon: shape, tone, reason, href }, place, open) => {
  const tip = el("span", "tip", reason);
  tip.id = `tip-${place}`;
  tip.setAttribute("role", "tooltip");
  const whole = el(
    href ? "a" : "span", `whole tone-${tone}`, icon(shape), word, el("span", "hidden", `: ${state}`),
  );
  whole.setAttribute("aria-describedby", tip.id);
  if (href) {
    whole.href = href;
    whole.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      open(href);
    });
  } else whole.tabIndex = 0;
  return el("li", place > 2 ? "item late" : "item", whole, tip);
};

export default function ({ data, parentElement, setTriggerValue }) {
  const list = el("ul", "strip");
  list.setAttribute("aria-label", "What this record has and lacks");
  const open = (href) => setTriggerValue("open", href);
  list.append(...data.items.map((item, place) => itemOf(item, place, open)));
  parentElement.querySelector(".desk").replaceChildren(list);
}
