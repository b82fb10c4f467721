/* Looking closely at one picture: zoom by wheel, double click, pinch and keys; pan by drag and keys.
   The picture lies fitted in the middle of its frame; x and y are how far it was moved from there. */
const MOST_ZOOM = 8;
const STEP = 1.5;
const PAN = 80;
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

// `isAlone`: nothing else is on the screen that the wheel could be meant for.
const viewer = (frame, changed, isAlone = false) => {
  const self = { scale: 1, x: 0, y: 0, picture: null };
  const fingers = new Map();

  const apply = () => {
    const { picture } = self;
    if (!picture) return;
    const roomX = Math.max(0, (picture.offsetWidth * self.scale - frame.clientWidth) / 2);
    const roomY = Math.max(0, (picture.offsetHeight * self.scale - frame.clientHeight) / 2);
    self.x = clamp(self.x, -roomX, roomX);
    self.y = clamp(self.y, -roomY, roomY);
    picture.style.transform = `translate(${self.x}px, ${self.y}px) scale(${self.scale})`;
    frame.classList.toggle("zoomed", self.isZoomed());
    changed(self.scale);
  };
  // What lies under `at` (from the frame's middle) stays there.
  self.zoomTo = (scale, [atX, atY] = [0, 0]) => {
    const wanted = clamp(scale, 1, MOST_ZOOM);
    const ratio = wanted / self.scale;
    self.x = atX - (atX - self.x) * ratio;
    self.y = atY - (atY - self.y) * ratio;
    self.scale = wanted;
    apply();
  };
  self.zoomBy = (factor, at) => self.zoomTo(self.scale * factor, at);
  self.move = (dx, dy) => {
    self.x += dx;
    self.y += dy;
    apply();
  };
  self.isZoomed = () => self.scale > 1.001;
  self.reset = () => {
    Object.assign(self, { scale: 1, x: 0, y: 0 });
    apply();
  };
  // Another picture begins fitted; null where there is nothing to zoom, such as a video.
  self.take = (picture) => {
    self.picture = picture;
    fingers.clear();
    self.reset();
  };
  // Answers whether the key was one of its own.
  self.key = (event) => {
    const pans = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };
    if (!self.picture || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === "+" || event.key === "=") self.zoomBy(STEP);
    else if (event.key === "-") self.zoomBy(1 / STEP);
    else if (event.key === "0") self.reset();
    else if (event.key in pans && self.isZoomed()) self.move(...pans[event.key]);
    else return false;
    event.preventDefault();
    return true;
  };

  const place = (event) => {
    const box = frame.getBoundingClientRect();
    return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  };
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!self.picture || (!isAlone && !event.ctrlKey && !self.isZoomed())) return;
      event.preventDefault();
      self.zoomBy(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0018)), place(event));
    },
    { passive: false },
  );
  frame.addEventListener("dblclick", (event) => {
    if (!self.picture) return;
    if (self.isZoomed()) self.reset();
    else self.zoomTo(2.5, place(event));
  });
  frame.addEventListener("pointerdown", (event) => {
    if (!self.picture || event.button > 0 || event.target.closest("button")) return;
    event.preventDefault();
    frame.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, place(event));
  });
  frame.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    if (!other) {
      self.move(now[0] - before[0], now[1] - before[1]);
      return;
    }
    const apart = (one) => Math.max(1, Math.hypot(one[0] - other[0], one[1] - other[1]));
    self.zoomBy(apart(now) / apart(before), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    frame.addEventListener(kind, (event) => fingers.delete(event.pointerId));
  }
  return self;
};
