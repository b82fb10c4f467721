/* A text in passages: every word is set as text, and nothing in it leads anywhere. */
const LISTS = { bullet: "ul", numbered: "ol" };
const runOf = ({ text, is_strong: strong, is_emphasis: emphasis }) => {
  const words = emphasis ? el("em", "") : document.createDocumentFragment();
  text.split("\n").forEach((line, place) => {
    if (place) words.append(document.createElement("br"));
    words.append(line);
  });
  return strong ? el("strong", "", words) : words;
};
const passageOf = (one) => {
  if (one.kind === "rule") return el("hr", "");
  const heading = `h${Math.min(one.level + 2, 6)}`;
  const tag = { heading, bullet: "li", numbered: "li", quote: "blockquote" }[one.kind] || "p";
  const made = el(tag, "");
  made.dir = "auto";
  if (one.kind === "numbered") made.value = one.number;
  if (tag === "li" && one.level > 1) made.style.marginInlineStart = `${(one.level - 1) * 1.4}rem`;
  made.append(...one.runs.map(runOf));
  return made;
};
const textOf = (passages) => {
  const whole = el("div", "text");
  let list = null;
  for (const one of passages) {
    const tag = LISTS[one.kind];
    if (!tag) list = null;
    else if (!list || list.tagName.toLowerCase() !== tag) {
      list = el(tag, "");
      whole.append(list);
    }
    (list || whole).append(passageOf(one));
  }
  return whole;
};
const choiceOf = (word) => el("span", "choice", el("span", "box"), word);
const questionOf = ({ text, channels }) => {
  const made = el("li", "question", el("p", "asked", text));
  for (const one of channels.length ? channels : [""]) {
    const row = el("div", "row", one ? el("span", "channel", one) : null, choiceOf("Yes"), choiceOf("No"));
    made.append(row);
  }
  return made;
};

export default function ({ data, parentElement }) {
  const paper = el("article", "paper");
  paper.setAttribute("aria-label", `As the patient sees it: ${data.title}`);
  paper.append(el("h2", "", data.title || "Without a name"), textOf(data.passages));
  if (data.questions.length) {
    const asked = el("ol", "questions", ...data.questions.map(questionOf));
    paper.append(el("h3", "", "What we ask you"), asked);
  }
  parentElement.querySelector(".desk").replaceChildren(paper);
}
