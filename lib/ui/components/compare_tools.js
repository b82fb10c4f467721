/* What the comparison is worked with: modes, zoom, order, alignment, brightness, the divider. */
const MODES = [["side", "Side by side", "splitscreen_right"], ["slider", "Slider", "compare"], ["overlay", "Overlay", "layers"]];
const PLACE_ORDER = [["first", 1], ["second", 1], ["first", 2], ["second", 2]];
const DIVIDER_STEP = 2;
const DIVIDER_LEAP = 10;

const press = (label, shape, act, classes = "") => {
  const made = el("button", classes, icon(shape), el("span", "", label));
  made.type = "button";
  made.addEventListener("click", act);
  return made;
};
const pressed = (button, is) => button.setAttribute("aria-pressed", String(is));
const group = (label, ...children) => {
  const made = el("div", "group", ...children);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", label);
  return made;
};

const named = (act, made) => {
  made.dataset.act = act;
  return made;
};

// Puts a divider into a pane of two layers; returns what is to be done when the pane was painted.
const dividerOf = (self, made) => {
  const line = el("div", "divider", el("span", "handle", icon("drag_indicator")));
  line.tabIndex = 0;
  const said = { role: "slider", "aria-orientation": "horizontal", "aria-label": "Divider between the two pictures", "aria-valuemin": "0", "aria-valuemax": "100" };
  for (const [name, value] of Object.entries(said)) line.setAttribute(name, value);
  made.frame.append(line);
  const over = el("div", "curtain");
  const { layer } = made.layers[1];
  layer.replaceWith(over);
  over.append(layer);
  const show = () => {
    line.style.left = `${self.divider}%`;
    over.style.clipPath = `inset(0 0 0 ${self.divider}%)`;
    line.setAttribute("aria-valuenow", String(Math.round(self.divider)));
    line.setAttribute("aria-valuetext", `${Math.round(self.divider)} % of the first picture`);
  };
  const to = (value) => {
    self.divider = within(value, 0, 100);
    show();
  };
  line.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -DIVIDER_STEP, ArrowDown: -DIVIDER_STEP, ArrowRight: DIVIDER_STEP, ArrowUp: DIVIDER_STEP, PageDown: -DIVIDER_LEAP, PageUp: DIVIDER_LEAP, Home: -100, End: 100 };
    if (!(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    to(self.divider + steps[event.key]);
  });
  line.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    event.preventDefault();
    line.focus({ preventScroll: true });
    line.setPointerCapture(event.pointerId);
    const follow = (now) => {
      const edges = made.frame.getBoundingClientRect();
      to(((now.clientX - edges.left) / edges.width) * 100);
    };
    line.addEventListener("pointermove", follow);
    const release = () => line.removeEventListener("pointermove", follow);
    line.addEventListener("pointerup", release, { once: true });
    line.addEventListener("pointercancel", release, { once: true });
  });
  return show;
};

const toolsOf = (self, second) => {
  const bar = el("div", "tools");
  const way = el("div", "guide");
  way.id = "compare-guide";
  const modeButtons = () => MODES.map(([mode, label, shape]) => named(mode, press(label, shape, () => {
    self.mode = mode;
    self.draw();
  })));
  const otherButtons = () => self.pictures.slice(1).map((picture, place) => named(`other-${place + 1}`, press(`With ${place + 2}`, "filter_none", () => {
    self.other = place + 1;
    self.draw();
  })));
  const zoomButtons = () => [
    named("out", press("Zoom out", "zoom_out", () => self.panes[0].zoomBy(1 / ZOOM_STEP), "shape")),
    named("fit", press("Fit", "fit_screen", self.fit)),
    named("in", press("Zoom in", "zoom_in", () => self.panes[0].zoomBy(ZOOM_STEP), "shape")),
  ];
  const swap = () => named("swap", press("Swap", "swap_horiz", () => {
    self.tell("swapped", true);
  }));
  const brightness = () => named("matched", press("Match brightness", "brightness_6", () => {
    self.isMatched = !self.isMatched;
    self.keep("matched", self.isMatched);
    for (const one of self.panes) one.captions?.();
    self.paint();
  }));
  const alignButtons = () => {
    const has = Boolean(second()?.points);
    const found = [];
    if (has) found.push(named("aligned", press("Aligned", "join_inner", () => {
      self.isAligned = !self.isAligned;
      self.view = { zoom: 1, x: 0.5, y: 0.5 };
      for (const one of self.panes) one.captions?.();
      self.paint();
    })));
    if (self.canAlign) {
      found.push(named("align", press(has ? "New points" : "Align by two points", "add_location_alt", self.startPlacing)));
      if (has) found.push(named("clear", press("Clear", "location_off", () => self.tell("cleared", { ids: [self.pictures[0].media_id, second().media_id] }))));
    }
    return found;
  };
  const draw = () => {
    const held = bar.contains(desk().activeElement) ? desk().activeElement.dataset.act : null;
    const parts = [group("Way to compare", ...modeButtons())];
    if (self.pictures.length > 2) parts.push(group("Compare and align the first", ...otherButtons()));
    parts.push(group("Zoom", ...zoomButtons()), group("Order and light", swap(), brightness()), group("Alignment", ...alignButtons()));
    bar.replaceChildren(...parts.filter((one) => one.children.length));
    bar.hidden = Boolean(self.placing);
    paint();
    if (held) focus(held);
  };
  const desk = () => self.desk.getRootNode();
  const focus = (act) => (bar.querySelector(`[data-act="${act}"]`) || bar.querySelector("button"))?.focus();
  const paint = () => {
    for (const one of bar.querySelectorAll("button")) {
      const { act } = one.dataset;
      if (MODES.some(([mode]) => mode === act)) pressed(one, self.mode === act);
      if (act.startsWith("other-")) pressed(one, `other-${self.other}` === act);
      if (act === "matched") pressed(one, self.isMatched);
      if (act === "aligned") pressed(one, self.isAligned);
      if (act === "out" || act === "fit") one.disabled = self.view.zoom <= 1.001;
    }
  };

  const step = () => {
    const has = self.placing;
    return PLACE_ORDER.find(([side, number]) => has[side].length < number);
  };
  const sentence = () => {
    const next = step();
    if (!next) return "All four points are set. Move any of them, or use them.";
    const [side, number] = next;
    const what = number === 1 ? "a place that both pictures show, such as the inner corner of the left eye" : "a second place, far from the first, such as the inner corner of the right eye";
    const where = side === "first" ? `On the first picture, set ${what}.` : "Set the same place on the second picture.";
    return `${where} Click it, or move the cross with the arrow keys (finely with Shift) and press Enter.`;
  };
  // Says what comes next while points are set.
  const guide = () => {
    way.hidden = !self.placing;
    if (!self.placing) return way.replaceChildren();
    const set = self.placing.first.length + self.placing.second.length;
    const use = press(self.placing.isWaiting ? "Aligning" : "Use these points", "check", self.usePoints, "primary");
    use.disabled = set < 4 || self.placing.isWaiting;
    const again = press("Start again", "restart_alt", self.startPlacing);
    again.disabled = !set;
    const text = el("p", "", sentence());
    text.setAttribute("role", "status");
    const parts = [el("span", "count", `${set} of 4`), text];
    if (self.refused) {
      const said = el("p", "refused", icon("error"), self.refused);
      said.setAttribute("role", "alert");
      parts.push(said);
    }
    way.replaceChildren(...parts, el("div", "ways", use, again, press("Cancel", "close", self.stopPlacing)));
  };
  return { bar, way, draw, paint, guide, focus, focusUse: () => way.querySelector(".primary")?.focus() };
};
