/* Marks and notes over a picture: looked at, drawn, moved, and sent whole when they are saved. The
   picture is never drawn on: the marks lie on a sheet over it. Nothing is sent while drawing. */
const memory = new WeakMap();
// What was being drawn when a screen was left, by picture; nothing of it outlives the page.
const unfinished = new Map();
const MOST_UNDO = 100;
const SMALLEST = 0.004;
const STEP = 0.005;
const TOOLS = [
  ["select", "Select", "arrow_selector_tool"],
  ["arrow", "Arrow", "north_east"],
  ["line", "Line", "pen_size_2"],
  ["ellipse", "Ellipse", "circle"],
  ["freehand", "Draw", "draw"],
  ["text", "Text", "title"],
];
const WORDS = { arrow: "arrow", line: "line", ellipse: "ellipse", freehand: "drawn line", text: "text" };
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HELP = "Draw with the mouse, a pen or a finger. By keyboard: place a mark, then move it with the arrow keys, its end with Shift and the arrow keys, and take it away with Delete.";

const fraction = (value) => Math.min(1, Math.max(0, Math.round(value * 10000) / 10000));
const copy = (value) => JSON.parse(JSON.stringify(value));
const extent = (points) => {
  const [left, top, right, bottom] = boxOf(points);
  return Math.max(right - left, bottom - top);
};
// Moved as a whole, and never over the picture's edge.
const shifted = (points, across, down) => {
  const [left, top, right, bottom] = boxOf(points);
  const x = Math.min(Math.max(across, -left), 1 - right);
  const y = Math.min(Math.max(down, -top), 1 - bottom);
  return points.map((one) => [fraction(one[0] + x), fraction(one[1] + y)]);
};
const sizes = { arrow: [[0.4, 0.6], [0.55, 0.45]], line: [[0.4, 0.5], [0.6, 0.5]], ellipse: [[0.4, 0.4], [0.6, 0.6]], freehand: [[0.4, 0.5], [0.5, 0.47], [0.6, 0.5]], text: [[0.5, 0.5]] };
const titled = (mark, number) => `${number}. ${capital(WORDS[mark.shape])}, ${mark.ink}${mark.text ? `: ${mark.text}` : ""}`;

const start = (desk) => {
  const self = { desk, data: null, isShown: true, hidden: new Set(), looked: null, work: null, ask: {} };
  self.image = document.createElement("img");
  self.image.draggable = false;
  self.layer = vector("svg", { class: "layer", preserveAspectRatio: "none", "aria-hidden": "true" });
  self.pins = el("div", "pins");
  self.fault = failed("The picture cannot be shown. Load the page again.");
  self.image.addEventListener("error", () => {
    self.fault.hidden = false;
  });
  self.board = el("div", "board", self.image, self.layer, self.pins, self.fault);
  self.said = el("div", "said hidden");
  self.said.setAttribute("role", "status");
  self.say = (text) => {
    self.said.textContent = text;
  };
  self.bar = el("div", "bar");
  self.side = el("div", "side");
  desk.replaceChildren(el("div", "annotate", el("div", "main", self.bar, self.board), self.side), self.said);

  self.live = () => self.data.series.filter((one) => !one.versions[0].is_removed);
  // What lies over the picture now: marks with their number and how they are drawn.
  self.sheets = () => {
    if (self.work) {
      const rest = self.live().filter((one) => one.id !== self.work.series && !self.hidden.has(one.id));
      return [...rest.flatMap((one) => one.versions[0].marks.map((mark) => ({ mark, classes: "faint" }))), ...self.work.marks.map((mark, place) => ({ mark, place, number: place + 1, classes: place === self.work.chosen ? "chosen" : "" }))];
    }
    if (!self.isShown) return [];
    let number = 0;
    return self.live().flatMap((one) => {
      const version = one.versions[0];
      const old = self.looked?.series === one.id ? one.versions.find((other) => other.version === self.looked.version) : null;
      const numbered = version.marks.map((mark) => ({ mark, number: (number += 1), classes: old ? "faint" : "", isFaint: Boolean(old) }));
      if (self.hidden.has(one.id)) return [];
      return old ? [...numbered, ...old.marks.map((mark, place) => ({ mark, number: `${old.version}·${place + 1}`, classes: "" }))] : numbered;
    });
  };
  self.paint = () => {
    const high = (WIDE * self.data.height) / self.data.width;
    self.layer.setAttribute("viewBox", `0 0 ${WIDE} ${high}`);
    self.layer.replaceChildren(...self.sheets().map((one) => {
      const made = drawn(one.mark, high, one.classes);
      if (self.work && one.place !== undefined) made.addEventListener("pointerdown", (event) => self.grab(event, one.place));
      return made;
    }));
    const held = self.held();
    self.pins.replaceChildren(...self.sheets().filter((one) => one.number && !one.isFaint).flatMap(self.pin));
    self.focus(held);
  };
  self.held = () => desk.getRootNode().activeElement?.dataset?.key;
  self.focus = (key) => {
    if (key) desk.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  };

  self.pin = ({ mark, place, number, classes }) => {
    const isMine = self.work && place !== undefined;
    const made = el(isMine ? "button" : "span", `pin ${mark.ink} ${classes}`, String(number));
    const [x, y] = anchorOf(mark);
    made.style.left = `${x * 100}%`;
    made.style.top = `${y * 100}%`;
    const label = mark.text ? el("span", `label ${x > 0.6 ? "left" : ""}`, mark.text) : null;
    if (label) {
      label.style.left = `${x * 100}%`;
      label.style.top = `${y * 100}%`;
    }
    if (isMine) {
      made.type = "button";
      made.dataset.key = `pin ${place}`;
      made.setAttribute("aria-label", titled(mark, number));
      made.setAttribute("aria-pressed", String(place === self.work.chosen));
      made.addEventListener("pointerdown", (event) => self.grab(event, place));
      made.addEventListener("keydown", (event) => self.pinKey(event, place));
      made.addEventListener("focus", () => self.choose(place));
    }
    const isEnded = isMine && place === self.work.chosen && mark.points.length === 2;
    return [made, label, isEnded ? self.grip(mark, place) : null].filter(Boolean);
  };
  // The end of a mark that has one: dragged, the mark is turned and stretched.
  self.grip = (mark, place) => {
    const made = el("span", "grip");
    [made.style.left, made.style.top] = mark.points[1].map((value) => `${value * 100}%`);
    made.addEventListener("pointerdown", (event) => self.grab(event, place, true));
    return made;
  };

  self.choose = (place) => {
    if (!self.work || self.work.chosen === place) return;
    self.work.chosen = place;
    self.paint();
  };
  self.keep = () => {
    self.work.past.push(JSON.stringify(self.work.marks));
    if (self.work.past.length > MOST_UNDO) self.work.past.shift();
    self.work.future = [];
  };
  self.change = (act, text) => {
    self.keep();
    act(self.work.marks);
    self.work.problem = "";
    self.draw();
    self.say(text);
  };
  self.step = (from, to, text) => {
    const { work } = self;
    if (!work[from].length) return;
    work[to].push(JSON.stringify(work.marks));
    work.marks = JSON.parse(work[from].pop());
    work.chosen = Math.min(work.chosen, work.marks.length - 1);
    self.draw();
    self.say(text);
  };
  self.undo = () => self.step("past", "future", "The last step was undone.");
  self.redo = () => self.step("future", "past", "The step was done again.");
  self.remove = (place) => {
    self.change((marks) => marks.splice(place, 1), `Mark ${place + 1} was deleted.`);
    self.work.chosen = Math.min(place, self.work.marks.length - 1);
    self.draw();
    self.focus(self.work.marks.length ? `pin ${self.work.chosen}` : "tool select");
  };
  self.add = (mark) => {
    if (self.work.marks.length >= self.data.most) {
      self.say(`One annotation holds at most ${self.data.most} marks.`);
      return;
    }
    self.change((marks) => marks.push(mark), "");
    self.work.chosen = self.work.marks.length - 1;
    self.draw();
    self.say(`Added. ${titled(mark, self.work.marks.length)}.`);
    self.focus(mark.shape === "text" ? `text ${self.work.chosen}` : `pin ${self.work.chosen}`);
  };
  self.pinKey = (event, place) => {
    const move = MOVES[event.key];
    const mark = self.work.marks[place];
    if (event.key === "Delete" || event.key === "Backspace") self.remove(place);
    else if (move) {
      const [across, down] = move.map((value) => value * STEP * (event.altKey ? 5 : 1));
      self.change(() => {
        if (event.shiftKey && mark.points.length === 2) {
          const moved = [fraction(mark.points[1][0] + across), fraction(mark.points[1][1] + down)];
          if (extent([mark.points[0], moved]) >= SMALLEST) mark.points[1] = moved;
        } else mark.points = shifted(mark.points, across, down);
      }, `${anchorOf(mark).map((value) => Math.round(value * 100)).join(" % across, ")} % down.`);
    } else return;
    event.preventDefault();
  };

  self.at = (event) => {
    const box = self.image.getBoundingClientRect();
    return [fraction((event.clientX - box.left) / box.width), fraction((event.clientY - box.top) / box.height)];
  };
  // Follows one pointer until it lets go: `onMove` each time, `onDone` with whether it ended well.
  self.follow = (event, onMove, onDone) => {
    event.preventDefault();
    event.stopPropagation();
    const { pointerId } = event;
    self.board.setPointerCapture(pointerId);
    const moved = (now) => now.pointerId === pointerId && onMove(self.at(now));
    const ended = (now) => {
      if (now.pointerId !== pointerId) return;
      self.board.removeEventListener("pointermove", moved);
      for (const kind of ["pointerup", "pointercancel"]) self.board.removeEventListener(kind, ended);
      onDone(now.type === "pointerup");
    };
    self.board.addEventListener("pointermove", moved);
    for (const kind of ["pointerup", "pointercancel"]) self.board.addEventListener(kind, ended);
  };
  self.grab = (event, place, isEnd = false) => {
    if (event.button > 0 || !self.work || (self.work.tool !== "select" && !event.target.closest(".pin, .grip"))) return;
    const mark = self.work.marks[place];
    const before = JSON.stringify(self.work.marks);
    const [from, points] = [self.at(event), copy(mark.points)];
    self.work.chosen = place;
    self.follow(event, (now) => {
      if (!isEnd) mark.points = shifted(points, now[0] - from[0], now[1] - from[1]);
      else if (extent([points[0], now]) >= SMALLEST) mark.points = [points[0], now];
      self.paint();
    }, () => {
      if (JSON.stringify(self.work.marks) !== before) {
        self.work.past.push(before);
        self.work.future = [];
      }
      self.draw();
      self.focus(`pin ${place}`);
    });
  };
  self.board.addEventListener("pointerdown", (event) => {
    const { work } = self;
    if (!work || event.button > 0 || event.target.closest(".pin, .grip")) return;
    if (work.tool === "select") {
      work.chosen = -1;
      self.paint();
      return;
    }
    const from = self.at(event);
    if (work.tool === "text") {
      event.preventDefault();
      self.add({ shape: "text", ink: work.ink, points: [from], text: "" });
      return;
    }
    const mark = { shape: work.tool, ink: work.ink, points: [from, from], text: "" };
    const high = (WIDE * self.data.height) / self.data.width;
    self.follow(event, (now) => {
      if (mark.shape === "freehand") mark.points.push(now);
      else mark.points[1] = now;
      self.layer.querySelector(".drawing")?.remove();
      self.layer.append(drawn(mark, high, "drawing"));
    }, (isDone) => {
      self.layer.querySelector(".drawing")?.remove();
      if (mark.shape === "freehand") mark.points = simpler(mark.points);
      if (isDone && extent(mark.points) >= SMALLEST) self.add(mark);
    });
  });

  self.begin = (series) => {
    const version = series?.versions[0];
    const fresh = self.data.fresh;
    self.looked = null;
    self.told = null;
    self.isShown = true;
    self.work = { series: series?.id ?? null, seen: version?.version ?? 0, marks: copy(version?.marks ?? []), note: version?.note ?? "", past: [], future: [], chosen: -1, tool: series ? "select" : "arrow", ink: "amber", fresh, problem: "", isSent: false };
    self.begun = JSON.stringify([self.work.marks, self.work.note]);
    self.draw();
    self.focus(`tool ${self.work.tool}`);
  };
  self.leave = () => {
    self.work = null;
    self.told = null;
    self.draw();
    self.focus("begin");
  };
  self.isChanged = () => self.work && JSON.stringify([self.work.marks, self.work.note]) !== self.begun;
  self.save = (isNew = false) => {
    const { work } = self;
    const empty = work.marks.findIndex((mark) => mark.shape === "text" && !mark.text.trim());
    if (empty >= 0) work.problem = `Write the words of mark ${empty + 1}, or delete it.`;
    else if (!work.marks.length && !work.note.trim()) work.problem = "Draw at least one mark, or write a note.";
    else {
      const series = isNew || !work.series ? work.fresh.series : work.series;
      work.isSent = true;
      work.problem = "";
      self.ask.save({ annotation: work.fresh.annotation, series, seen: isNew ? 0 : work.seen, marks: work.marks, note: work.note });
    }
    self.draw();
    self.say(work.problem || "Saving …");
    if (empty >= 0) self.focus(`text ${empty}`);
  };
  self.draw = () => {
    const held = self.held();
    desk.classList.toggle("working", Boolean(self.work));
    self.board.classList.toggle("drawable", Boolean(self.work) && self.work.tool !== "select");
    self.bar.replaceChildren(...(self.work ? editing(self) : looking(self)));
    self.side.replaceChildren(...(self.work ? working(self) : listing(self)));
    self.paint();
    self.focus(held);
  };
  desk.addEventListener("keydown", (event) => {
    const isField = ["INPUT", "TEXTAREA"].includes(event.target.tagName);
    if (!self.work || isField || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) self.undo();
    else if (key === "y" || key === "z") self.redo();
    else return;
    event.preventDefault();
  });
  self.warn = (event) => {
    if (self.isChanged()) event.preventDefault();
  };
  window.addEventListener("beforeunload", self.warn);
  return self;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const desk = parentElement.querySelector(".desk");
  const self = memory.get(parentElement) || start(desk);
  memory.set(parentElement, self);
  const isOther = self.data?.src !== data.src;
  Object.assign(self, { data });
  self.ask = Object.fromEntries(["save", "remove", "restore"].map((name) => [name, (value) => setTriggerValue(name, value)]));
  if (isOther) {
    const left = unfinished.get(data.src);
    unfinished.delete(data.src);
    Object.assign(self, { work: null, looked: null, hidden: new Set(), ...left });
    if (left) Object.assign(self.work, { fresh: data.fresh, isSent: false });
    self.fault.hidden = true;
    self.image.src = data.src;
    self.image.alt = data.alt;
    self.board.style.aspectRatio = `${data.width} / ${data.height}`;
    self.board.style.setProperty("--ratio", String(data.width / data.height));
  }
  const { answer } = data;
  // An answer is told once, and not again when the screen runs for another reason.
  const heard = JSON.stringify([answer, data.fresh]);
  if (heard !== self.heard) {
    Object.assign(self, { told: answer, looked: null });
    self.say(answer?.message ?? "");
  }
  self.heard = heard;
  if (self.work?.isSent && answer?.annotation === self.work.fresh.annotation) {
    self.work.isSent = false;
    if (answer.is_kept) self.work = null;
    else Object.assign(self.work, { problem: answer.message, isStale: answer.is_stale });
    self.draw();
    self.say(answer.message);
    self.focus(answer.is_kept ? "begin" : "save");
  } else self.draw();
  // Streamlit also lets go of a call that a newer one overtook; only when it is gone is it over.
  return () => {
    if (parentElement.isConnected) return;
    window.removeEventListener("beforeunload", self.warn);
    if (self.isChanged()) unfinished.set(self.data.src, { work: self.work, begun: self.begun });
  };
}
