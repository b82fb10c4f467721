/* Pictures of one patient compared: side by side, with a divider, or one over the other. Zoom and
   place are shared by all; where two places were marked on both pictures, one is laid over the
   other by them. Nothing looks for a face: a person says what belongs to what. */
const HELP = "Zoom with the wheel, a pinch or the + and − keys; 0 fits again. Drag, or use the arrow keys, to move what is zoomed.";
const SAMPLE = 64;
const LONGEST = 1600;
const memory = new WeakMap();
const words = (...parts) => parts.filter(Boolean);
const ORDINALS = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth"];

// The mean brightness, 0 to 255, of what is seen of a picture: `whole` lays its pixels over the
// sample. By the weights of ITU-R 601.
const brightnessOf = (image, [width, height], whole) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SAMPLE;
  const draw = canvas.getContext("2d", { willReadFrequently: true });
  draw.setTransform(...whole);
  draw.drawImage(image, 0, 0, width, height);
  const { data } = draw.getImageData(0, 0, SAMPLE, SAMPLE);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
  return sum / (SAMPLE * SAMPLE);
};

const start = (desk) => {
  const self = { desk, pictures: [], images: new Map(), panes: [], mode: "side", other: 1, view: { zoom: 1, x: 0.5, y: 0.5 }, isAligned: true, isMatched: false, placing: null, divider: 50, opacity: 50, tell: () => {}, keep: () => {}, shown: "" };
  const status = el("div", "hidden");
  status.setAttribute("role", "status");
  const help = el("p", "hint", HELP);
  help.id = "compare-help";
  const stage = el("div", "stage");
  const under = el("div", "under");
  self.say = (text) => (status.textContent = text);

  const second = () => self.pictures[self.other] || self.pictures[1];
  const isOver = (picture) => picture !== self.pictures[0] && self.isAligned && !self.placing && Boolean(picture.points);
  const whole = ([right, bottom]) => ({ left: 0, top: 0, right, bottom });
  // Of which area of which picture a pane is the frame, and how this picture lies in it.
  self.lies = (picture) => {
    const base = self.pictures[0];
    if (picture === base ? !self.pictures.some(isOver) : !isOver(picture)) return { area: whole(picture.size), map: SAME };
    const [width, height] = base.size;
    const [left, top, right, bottom] = self.shared || [0, 0, 1, 1];
    const area = { left: left * width, top: top * height, right: right * width, bottom: bottom * height };
    return { area, map: picture === base ? SAME : similarity(picture.points, base.size, picture.size) };
  };
  self.filterOf = (picture) => {
    const base = self.pictures[0];
    if (!self.isMatched || picture === base) return "";
    const [wanted, has] = [base, picture].map(lightOf);
    return wanted && has ? `brightness(${gainOf(wanted, has)})` : "";
  };
  // Of what the frame shows, measured once for each frame.
  const lightOf = (picture) => {
    if (!picture.image.naturalWidth) return 0;
    const { area, map } = self.lies(picture);
    const [x, y] = [SAMPLE / (area.right - area.left), SAMPLE / (area.bottom - area.top)];
    const whole = [x * map.a, y * map.b, -x * map.b, y * map.a, x * (map.dx - area.left), y * (map.dy - area.top)];
    const key = whole.join();
    if (picture.light?.key !== key) picture.light = { key, value: brightnessOf(picture.image, picture.size, whole) };
    return picture.light.value;
  };
  self.paint = () => {
    if (!self.pictures.length) return;
    const { area } = self.lies(self.pictures[0]);
    desk.style.setProperty("--ratio", String(within((area.right - area.left) / (area.bottom - area.top), 0.5, 2)));
    for (const one of self.panes) one.paint();
    self.paintTools();
  };
  self.fit = () => {
    self.view = { zoom: 1, x: 0.5, y: 0.5 };
    self.paint();
  };

  // The picture's element outlives every redraw: what was fetched is not fetched again.
  const imageOf = (data) => {
    const kept = self.images.get(data.media_id);
    if (kept) return kept;
    const image = el("img");
    image.draggable = false;
    const made = { image, size: null, isBroken: false };
    image.addEventListener("load", () => {
      made.size = [image.naturalWidth, image.naturalHeight];
      self.paint();
    });
    image.addEventListener("error", () => {
      made.isBroken = true;
      self.paint();
    });
    image.src = `/media-store/${data.media_id}/preview?for=${encodeURIComponent(self.purpose)}`;
    self.images.set(data.media_id, made);
    return made;
  };
  self.take = (pictures) => {
    self.pictures = pictures.map((data) => {
      const made = imageOf(data);
      const grown = LONGEST / Math.max(data.width, data.height, 1);
      made.size ||= [data.width * grown, data.height * grown];
      made.image.alt = data.alt;
      return Object.assign(made, { ...data });
    });
    if (self.other >= pictures.length) self.other = 1;
  };

  const nameOf = (picture) => words(ORDINALS[self.pictures.indexOf(picture)], picture.day).join(", ");
  const caption = (picture) => {
    const place = self.pictures.indexOf(picture);
    const marks = el("div", "marks");
    if (picture.is_guess) marks.append(mark({ word: "Guess", icon: "help", tone: "warn" }));
    if (isOver(picture)) marks.append(mark({ word: "Aligned", icon: "join_inner", tone: "info" }));
    if (self.isMatched && place) marks.append(mark({ word: "Brightness adjusted", icon: "brightness_6", tone: "warn" }));
    const said = el("div", "", el("b", "", picture.day), ` ${words(picture.stage, picture.pose).join(" · ")}`, picture.note ? el("div", "quiet", picture.note) : "", marks.children.length ? marks : "");
    return el("div", "caption", el("span", "number", String(place + 1)), said);
  };
  const figure = (made, ...pictures) => {
    const captions = el("figcaption", pictures.length > 1 ? "both" : "", ...pictures.map(caption));
    const whole = el("figure", "", made.frame, captions);
    made.captions = () => captions.replaceChildren(...pictures.map(caption));
    return whole;
  };
  const draws = {
    side: () => {
      const shown = self.placing ? [self.pictures[0], second()] : self.pictures;
      self.panes = shown.map((picture) => pane(self, [picture], `${nameOf(picture)}, in a row with ${shown.length - 1} more`));
      if (self.placing) self.panes.forEach((one, place) => takesPoints(self, one, SIDES[place]));
      stage.className = `stage side of-${shown.length}`;
      stage.replaceChildren(...self.panes.map((one, place) => figure(one, shown[place])));
    },
    slider: () => {
      const both = [self.pictures[0], second()];
      const made = pane(self, both, `${nameOf(both[0])} on the left of the divider, ${nameOf(both[1])} on the right`);
      made.painted = dividerOf(self, made);
      self.panes = [made];
      stage.className = "stage one";
      stage.replaceChildren(figure(made, ...both));
    },
    overlay: () => {
      const both = [self.pictures[0], second()];
      const made = pane(self, both, `${nameOf(both[1])} over ${nameOf(both[0])}`);
      made.layers[1].layer.style.opacity = self.opacity / 100;
      self.panes = [made];
      stage.className = "stage one";
      stage.replaceChildren(figure(made, ...both));
    },
  };
  self.draw = () => {
    const held = desk.getRootNode().activeElement;
    const had = self.panes.findIndex((one) => one.frame === held);
    draws[self.placing ? "side" : self.mode]();
    self.drawTools();
    drawUnder();
    for (const one of self.panes) watcher.observe(one.frame);
    self.paint();
    if (had >= 0) (self.panes[had] || self.panes[0]).frame.focus({ preventScroll: true });
  };
  const watcher = new ResizeObserver(() => self.panes[0]?.settle());

  const opacityOf = () => {
    const range = el("input");
    Object.assign(range, { type: "range", min: "0", max: "100", step: "5", value: String(self.opacity), id: "compare-opacity" });
    range.setAttribute("aria-valuetext", `${self.opacity} %`);
    range.addEventListener("input", () => {
      self.opacity = Number(range.value);
      range.setAttribute("aria-valuetext", `${self.opacity} %`);
      self.panes[0].layers[1].layer.style.opacity = self.opacity / 100;
    });
    const label = el("label", "", "How much of the second is seen");
    label.htmlFor = range.id;
    return [label, range];
  };
  const drawUnder = () => {
    under.replaceChildren(...(self.mode === "overlay" && !self.placing ? opacityOf() : []));
    under.hidden = !under.children.length;
  };

  const tools = toolsOf(self, second);
  self.drawTools = tools.draw;
  self.paintTools = tools.paint;
  self.pointed = tools.guide;
  desk.append(tools.bar, tools.way, stage, under, help, status);
  whenLensEnds(desk, () => self.purpose, (said) => {
    Object.assign(self, { shown: "", pictures: [], panes: [], placing: null });
    self.images.clear();
    stage.replaceChildren(said);
    under.replaceChildren();
    tools.bar.hidden = tools.way.hidden = true;
  });

  self.startPlacing = () => {
    self.placing = { first: [], second: [], isWaiting: false };
    self.refused = "";
    self.view = { zoom: 1, x: 0.5, y: 0.5 };
    self.draw();
    self.panes[0].frame.focus();
    self.pointed();
  };
  self.stopPlacing = () => {
    self.placing = null;
    self.draw();
    self.pointed();
    tools.focus("align");
  };
  // The same place on the other picture comes next; there the cross begins where it was set.
  self.nextPoint = (fraction) => {
    const { first, second: other } = self.placing;
    if (first.length + other.length === 4) return tools.focusUse();
    const next = other.length < first.length ? 1 : 0;
    if (next === 1) self.panes[1].aim(fraction);
    self.panes[next].frame.focus();
  };
  self.usePoints = () => {
    const { first, second: other } = self.placing;
    self.placing.isWaiting = true;
    self.pointed();
    self.tell("aligned", { ids: [self.pictures[0].media_id, second().media_id], first, second: other });
  };
  return self;
};

export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  const desk = parentElement.querySelector(".desk");
  const self = memory.get(parentElement) || start(desk);
  memory.set(parentElement, self);
  self.tell = setTriggerValue;
  self.keep = setStateValue;
  const shown = JSON.stringify(data);
  if (shown === self.shown) return;
  const waited = self.placing?.isWaiting;
  const before = self.pictures.map((one) => one.media_id).join();
  Object.assign(self, { shown, purpose: data.purpose, shared: data.shared, canAlign: data.can_align, refused: waited ? data.refused : "" });
  self.take(data.pictures);
  if (before !== self.pictures.map((one) => one.media_id).join()) self.placing = null;
  if (waited && !data.refused) {
    self.placing = null;
    self.isAligned = true;
    self.view = { zoom: 1, x: 0.5, y: 0.5 };
  } else if (waited) self.placing.isWaiting = false;
  self.draw();
  self.pointed();
}
