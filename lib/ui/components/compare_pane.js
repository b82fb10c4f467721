/* One pane of the comparison: pictures lying in it as layers, moved and zoomed together with those
   of every other pane by mouse, touch and keys. */
const MOST_ZOOM = 8;
const ZOOM_STEP = 1.4;
const PAN_STEP = 0.12;
const SLIP = 4;
const within = (value, least, most) => Math.min(Math.max(value, least), most);

const pane = (self, shown, label) => {
  const frame = el("div", "frame");
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", label);
  frame.setAttribute("aria-describedby", "compare-help");
  const layers = shown.map((picture) => {
    const broken = el("div", "failed", icon("broken_image"), el("span", "", "This picture cannot be shown. Load the page again."));
    broken.hidden = !picture.isBroken;
    const layer = el("div", "layer", picture.image, broken);
    frame.append(layer);
    return { picture, layer, broken };
  });
  // Said on the picture itself, so that no one takes it for the light it was taken in.
  const adjusted = el("div", "adjusted", icon("brightness_6"), "Brightness adjusted");
  frame.append(adjusted);
  const made = { frame, layers, picture: shown[0], transform: SAME };

  const box = () => ({ width: frame.clientWidth || 1, height: frame.clientHeight || 1 });
  made.paint = () => {
    const room = box();
    for (const { picture, layer, broken } of layers) {
      const { area, map } = self.lies(picture);
      const fit = fitted(area, room, self.view);
      const whole = after(fit, map);
      if (picture === made.picture) made.transform = whole;
      const [width, height] = picture.size;
      Object.assign(picture.image.style, { width: `${width}px`, height: `${height}px`, transform: asMatrix(whole), filter: self.filterOf(picture) });
      const [left, top] = applied(fit, [area.left, area.top]);
      const [right, bottom] = applied(fit, [area.right, area.bottom]);
      layer.style.clipPath = `inset(${Math.max(0, top)}px ${Math.max(0, room.width - right)}px ${Math.max(0, room.height - bottom)}px ${Math.max(0, left)}px)`;
      broken.hidden = !picture.isBroken;
    }
    adjusted.hidden = !layers.some(({ picture }) => self.filterOf(picture));
    made.painted?.();
  };
  // From a place in the pane to a fraction of its picture, and back.
  made.fractionAt = ([x, y]) => {
    const [px, py] = applied(inverse(made.transform), [x, y]);
    return [px / made.picture.size[0], py / made.picture.size[1]];
  };
  made.placeOf = ([x, y]) => applied(made.transform, [x * made.picture.size[0], y * made.picture.size[1]]);

  const scaleNow = () => {
    const { area } = self.lies(made.picture);
    const [width, height] = [area.right - area.left, area.bottom - area.top];
    const room = box();
    const scale = Math.min(room.width / width, room.height / height) * self.view.zoom;
    return [width * scale, height * scale];
  };
  const settle = () => {
    const room = box();
    const [width, height] = scaleNow();
    for (const [name, side, whole] of [["x", room.width, width], ["y", room.height, height]]) {
      const half = side / whole / 2;
      self.view[name] = half >= 0.5 ? 0.5 : within(self.view[name], half, 1 - half);
    }
    self.paint();
  };
  // What lies under `at` (from the pane's middle) stays there.
  made.zoomBy = (factor, [x, y] = [0, 0]) => {
    const [width, height] = scaleNow();
    const zoom = within(self.view.zoom * factor, 1, MOST_ZOOM);
    const grown = zoom / self.view.zoom;
    self.view.x += x / width - x / (width * grown);
    self.view.y += y / height - y / (height * grown);
    self.view.zoom = zoom;
    settle();
  };
  made.move = (x, y) => {
    const [width, height] = scaleNow();
    self.view.x -= x / width;
    self.view.y -= y / height;
    settle();
  };
  made.settle = settle;

  const place = (event) => {
    const edges = frame.getBoundingClientRect();
    return [event.clientX - edges.left - frame.clientLeft, event.clientY - edges.top - frame.clientTop];
  };
  const fromMiddle = ([x, y]) => [x - frame.clientWidth / 2, y - frame.clientHeight / 2];
  const key = (event) => {
    const pans = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (event.target !== frame || event.ctrlKey || event.metaKey || event.altKey) return;
    if (made.pressed?.(event)) event.preventDefault();
    else if (event.key === "+" || event.key === "=") made.zoomBy(ZOOM_STEP);
    else if (event.key === "-" || event.key === "_") made.zoomBy(1 / ZOOM_STEP);
    else if (event.key === "0") self.fit();
    else if (event.key in pans) made.move(...pans[event.key].map((way, at) => way * PAN_STEP * [frame.clientWidth, frame.clientHeight][at]));
    else return;
    event.preventDefault();
  };
  frame.addEventListener("keydown", key);
  frame.addEventListener(
    "wheel",
    (event) => {
      // Zoomed out already: the page scrolls on.
      if (self.view.zoom <= 1 && event.deltaY > 0) return;
      event.preventDefault();
      made.zoomBy(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0018)), fromMiddle(place(event)));
    },
    { passive: false },
  );
  const fingers = new Map();
  let began = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button > 0 || event.target.closest("button, [role=slider]")) return;
    event.preventDefault();
    frame.focus({ preventScroll: true });
    frame.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, place(event));
    began = fingers.size === 1 ? place(event) : null;
  });
  frame.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    const now = place(event);
    made.hovered?.(now, event);
    if (!before) return;
    if (began && Math.hypot(now[0] - began[0], now[1] - began[1]) < SLIP) return;
    began = null;
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    if (!other) made.move(now[0] - before[0], now[1] - before[1]);
    else {
      const apart = (one) => Math.max(1, Math.hypot(one[0] - other[0], one[1] - other[1]));
      made.zoomBy(apart(now) / apart(before), fromMiddle([(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]));
    }
  });
  frame.addEventListener("pointerup", (event) => {
    fingers.delete(event.pointerId);
    if (began) made.clicked?.(place(event));
    began = null;
  });
  frame.addEventListener("pointercancel", (event) => {
    fingers.delete(event.pointerId);
    began = null;
  });
  return made;
};
