/* A pad to sign on. Strokes are points in fractions of the pad, so they mean the same on paper and
   on any screen; whoever cannot draw types the name instead. */
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 600;
// Points nearer than this say nothing new.
const GRAIN = 0.0015;
const memory = new WeakMap();

const svg = (tag, attributes) => {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};
const rounded = (value) => Math.round(Math.min(1, Math.max(0, value)) * 10000) / 10000;

class Pad {
  constructor(desk) {
    this.desk = desk;
    this.strokes = [];
    this.name = "";
    this.isTyped = false;
  }

  take(data, tell) {
    this.data = data;
    this.tell = tell;
    if (this.token === data.token) return;
    this.token = data.token;
    Object.assign(this, { strokes: [], name: "", isTyped: false });
    this.build();
  }

  build() {
    const height = WIDTH / this.data.aspect;
    this.pad = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "pad", role: "img" });
    this.pad.append(svg("line", { x1: 30, x2: WIDTH - 30, y1: height * 0.78, y2: height * 0.78, class: "rule" }));
    this.ink = svg("g", { class: "ink" });
    this.pad.append(this.ink);
    this.pad.addEventListener("pointerdown", (event) => this.begin(event));
    this.pad.addEventListener("pointermove", (event) => this.go(event));
    for (const kind of ["pointerup", "pointercancel"]) this.pad.addEventListener(kind, (event) => this.end(event));
    this.hint = el("span", "hint", icon("draw"), el("span", "", "Sign here with a finger, a pen or the mouse"));
    this.hint.setAttribute("aria-hidden", "true");
    this.undo = this.button("Undo stroke", "undo", () => { this.strokes.pop(); this.changed(); });
    this.clear = this.button("Clear", "backspace", () => { this.strokes = []; this.changed(); });
    this.way = this.button("", "keyboard", () => this.turn());
    this.input = el("input", "typed");
    Object.assign(this.input, { type: "text", id: "typed", maxLength: this.data.longest, autocomplete: "off" });
    this.input.addEventListener("input", () => { this.name = this.input.value; this.show(); });
    this.input.addEventListener("change", () => this.changed());
    const label = el("label", "", "Type the full name; it counts as the signature");
    label.htmlFor = "typed";
    this.typing = el("div", "typing", label, this.input, (this.specimen = el("p", "specimen")));
    this.drawing = el("div", "drawing", this.pad, this.hint);
    this.said = el("p", "hidden");
    this.said.setAttribute("role", "status");
    this.desk.setAttribute("role", "group");
    this.desk.setAttribute("aria-label", this.data.label);
    this.title = el("p", "title", this.data.label);
    this.desk.replaceChildren(this.title, this.drawing, this.typing, el("div", "acts", this.undo, this.clear, this.way), this.said);
    this.show();
  }

  button(label, shape, does) {
    const made = el("button", "act", icon(shape), el("span", "", label));
    made.type = "button";
    made.addEventListener("click", does);
    return made;
  }

  at(event) {
    const box = this.pad.getBoundingClientRect();
    return [rounded((event.clientX - box.left) / box.width), rounded((event.clientY - box.top) / box.height)];
  }

  begin(event) {
    if (this.pointer !== undefined || event.button > 0) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.pad.setPointerCapture(event.pointerId);
    this.strokes.push([this.at(event)]);
    this.show();
  }

  go(event) {
    if (event.pointerId !== this.pointer) return;
    const stroke = this.strokes[this.strokes.length - 1];
    for (const one of event.getCoalescedEvents?.() || [event]) {
      const point = this.at(one), last = stroke[stroke.length - 1];
      if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= GRAIN) stroke.push(point);
    }
    this.ink.lastChild?.setAttribute("d", this.path(stroke));
  }

  end(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = undefined;
    this.changed();
  }

  turn() {
    this.isTyped = !this.isTyped;
    Object.assign(this, { strokes: [], name: "" });
    this.input.value = "";
    this.changed();
    (this.isTyped ? this.input : this.way).focus();
  }

  changed() {
    this.show();
    const { token, strokes } = this;
    this.tell("signature", { token, strokes, name: this.isTyped ? this.name : "" });
    const count = strokes.length;
    this.said.textContent = this.isTyped ? "" : count ? `Signature with ${count} ${count === 1 ? "stroke" : "strokes"}` : "No signature yet";
  }

  path(stroke) {
    const height = WIDTH / this.data.aspect;
    const points = stroke.length > 1 ? stroke : [stroke[0], [stroke[0][0] + 0.002, stroke[0][1]]];
    return "M" + points.map(([x, y]) => `${(x * WIDTH).toFixed(1)} ${(y * height).toFixed(1)}`).join("L");
  }

  show() {
    const isEmpty = !this.strokes.length;
    this.ink.replaceChildren(...this.strokes.map((stroke) => svg("path", { d: this.path(stroke) })));
    this.pad.setAttribute("aria-label", isEmpty ? "Empty box to sign in" : "Your signature");
    this.hint.hidden = !isEmpty;
    this.drawing.hidden = this.isTyped;
    this.typing.hidden = !this.isTyped;
    this.undo.hidden = this.clear.hidden = this.isTyped;
    this.undo.disabled = this.clear.disabled = isEmpty;
    this.specimen.textContent = this.name;
    this.way.lastChild.textContent = this.isTyped ? "Draw instead" : "Type the name instead";
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const desk = parentElement.querySelector(".desk");
  const self = memory.get(parentElement) || new Pad(desk);
  memory.set(parentElement, self);
  self.take(data, setStateValue);
}
