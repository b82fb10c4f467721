/* A course of treatment as a strip. Of its pictures one is in the order of Tab, arrows go from one
   to the next, and Enter picks it for the place that is being chosen. */
const ORDINALS = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth"];
const memory = new WeakMap();

const start = (desk) => {
  const slots = el("div", "slots");
  slots.setAttribute("role", "group");
  slots.setAttribute("aria-label", "Which picture to choose");
  const strip = el("ol", "strip");
  strip.setAttribute("aria-label", "The course, by day. Arrow keys move, Enter picks.");
  desk.append(slots, strip);
  const self = { place: 1, active: "", shown: "", chosen: [], tell: () => {} };

  whenLensEnds(desk, () => self.purpose, (said) => {
    self.shown = "";
    strip.replaceChildren(el("li", "", said));
    slots.replaceChildren();
  });
  const tiles = () => [...strip.querySelectorAll(".tile")];
  const go = (tile, focus) => {
    for (const one of tiles()) one.tabIndex = -1;
    tile.tabIndex = 0;
    self.active = tile.dataset.id;
    if (focus) {
      tile.focus({ preventScroll: true });
      tile.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  };
  const pick = (id) => {
    if (self.chosen[self.place] === id) return;
    self.tell("picked", { place: self.place, id });
  };
  strip.addEventListener("click", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile) return;
    go(tile, true);
    pick(tile.dataset.id);
  });
  strip.addEventListener("keydown", (event) => {
    const every = tiles();
    const at = every.indexOf(event.target.closest(".tile"));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: every.length - 1 }[event.key];
    if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (every[to]) go(every[to], true);
  });

  const tileOf = (tile) => {
    const picture = el("img");
    picture.loading = "lazy";
    picture.decoding = "async";
    picture.alt = "";
    picture.src = `/media-store/${tile.media_id}/thumbnail?for=${encodeURIComponent(self.purpose)}`;
    const at = self.chosen.indexOf(tile.media_id);
    const made = el("button", at >= 0 ? "tile on" : "tile", picture, el("span", "stage", tile.stage));
    picture.addEventListener("error", () => picture.replaceWith(icon("broken_image")));
    made.type = "button";
    made.tabIndex = -1;
    made.dataset.id = tile.media_id;
    made.setAttribute("aria-label", at >= 0 ? `${tile.label}, chosen as ${ORDINALS[at].toLowerCase()}` : tile.label);
    if (at >= 0) made.append(el("span", "number", String(at + 1)));
    return made;
  };
  const stopOf = (stop) => {
    const head = el("div", "head", el("b", "", stop.day), el("span", "quiet", stop.since));
    if (stop.treatments.length) {
      const names = stop.treatments.map((name) => el("span", "", name));
      const made = el("li", "given", head, el("div", "what", icon("vaccines"), el("div", "names", ...names)));
      made.setAttribute("aria-label", `Treatment: ${stop.treatments.join(", ")}, ${stop.day}`);
      return made;
    }
    return el("li", "", head, el("div", "tiles", ...stop.tiles.map(tileOf)));
  };
  const slotOf = (place) => {
    const isNew = place === self.chosen.length;
    const made = el("button", "slot", isNew ? icon("add") : el("span", "number", String(place + 1)), el("span", "", isNew ? "Add a picture" : `${ORDINALS[place]} ${self.days[place]}`));
    made.type = "button";
    made.setAttribute("aria-pressed", String(place === self.place));
    made.addEventListener("click", () => {
      self.place = place;
      drawSlots();
      slots.querySelectorAll(".slot")[place]?.focus();
    });
    return made;
  };
  const drawSlots = () => {
    const count = Math.min(Math.max(self.chosen.length + 1, 2), self.most);
    if (self.place >= count) self.place = count - 1;
    const parts = [el("span", "quiet", "Choose the"), ...Array.from({ length: count }, (_, place) => slotOf(place))];
    if (self.place >= 2 && self.place < self.chosen.length) {
      const drop = el("button", "drop", icon("close"), el("span", "", `Take the ${ORDINALS[self.place].toLowerCase()} away`));
      drop.type = "button";
      drop.addEventListener("click", () => self.tell("picked", { place: self.place, id: null }));
      parts.push(drop);
    }
    slots.replaceChildren(...parts);
  };
  self.draw = () => {
    const had = strip.contains(desk.getRootNode().activeElement);
    const left = strip.scrollLeft;
    strip.replaceChildren(...self.stops.map(stopOf));
    drawSlots();
    const every = tiles();
    const first = every.find((one) => one.dataset.id === self.active) || every.find((one) => self.chosen.includes(one.dataset.id)) || every[0];
    if (first) go(first, had);
    // Of the strip alone: the page stays where it is.
    strip.scrollLeft = had || !first ? left : Math.max(0, first.offsetLeft - strip.clientWidth / 3);
  };
  return self;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const desk = parentElement.querySelector(".desk");
  const self = memory.get(parentElement) || start(desk);
  memory.set(parentElement, self);
  self.tell = setTriggerValue;
  const shown = JSON.stringify(data);
  if (shown === self.shown) return;
  Object.assign(self, { shown, stops: data.stops, chosen: data.chosen, days: data.days, most: data.most, purpose: data.purpose });
  self.draw();
}
