/* A gallery: pictures in a grid under the day they were taken. One of them is in the order of Tab;
   arrows go from one to the next, Enter opens, Space selects. What is selected stays in the browser
   until something is done with it. */
const HELP = "Arrow keys move, Enter opens, Space selects, Shift with an arrow selects more, Control A selects all, Escape clears.";
const HELP_FIXED = "Arrow keys move, Enter opens.";
const memory = new WeakMap();

// The shape of the boxes: that of most of the pictures, so that few have bars.
const shapeOf = (tiles) => {
  const ratios = tiles.map((one) => one.width / one.height || 1).sort((one, other) => one - other);
  return clamp(ratios[Math.floor(ratios.length / 2)] || 1, 0.75, 4 / 3);
};

const start = (desk) => {
  const days = el("div", "days");
  const bar = el("div", "selection");
  bar.setAttribute("role", "region");
  bar.setAttribute("aria-label", "Selected pictures");
  const spoken = el("div", "hidden");
  spoken.setAttribute("role", "status");
  const help = el("p", "hidden");
  help.id = "help";
  const self = { shown: "", token: "", tiles: [], cells: new Map(), chosen: new Set(), active: "", anchor: "", tell: () => {} };
  const place = (id) => self.tiles.findIndex((one) => one.id === id);

  const paintCell = (id) => {
    const cell = self.cells.get(id);
    if (!cell) return;
    const is = self.chosen.has(id);
    cell.setAttribute("aria-selected", String(is));
    cell.querySelector(".tick").setAttribute("aria-pressed", String(is));
  };
  const paint = (sentence) => {
    for (const id of self.cells.keys()) paintCell(id);
    desk.classList.toggle("choosing", self.chosen.size > 0);
    drawBar();
    if (sentence) spoken.textContent = sentence;
  };
  const many = () => `${self.chosen.size} selected`;
  self.toggle = (id, to = !self.chosen.has(id)) => {
    if (!self.acts.length) return;
    if (to) self.chosen.add(id);
    else self.chosen.delete(id);
    self.anchor = id;
    paint(many());
  };
  self.reach = (id) => {
    if (!self.acts.length) return;
    const [from, to] = [place(self.anchor || id), place(id)].sort((one, other) => one - other);
    for (const one of self.tiles.slice(Math.max(from, 0), to + 1)) self.chosen.add(one.id);
    paint(many());
  };
  self.all = (tiles = self.tiles) => {
    if (!self.acts.length) return;
    for (const one of tiles) self.chosen.add(one.id);
    paint(many());
  };
  self.clear = () => {
    self.chosen.clear();
    self.anchor = "";
    paint("Nothing selected");
  };

  const drawBar = () => {
    const count = self.chosen.size;
    bar.hidden = count === 0;
    if (!count) return;
    const elsewhere = [...self.chosen].filter((id) => place(id) < 0).length;
    const text = elsewhere ? `${count} selected, ${elsewhere} of them on other pages` : many();
    const acts = self.acts.map((act) => {
      const made = button(act.label, act.icon, () => self.tell("act", { act: act.value, ids: [...self.chosen] }), "act");
      made.disabled = count < act.least || (act.most > 0 && count > act.most);
      if (made.disabled) made.title = act.why;
      return made;
    });
    const ways = [button("Clear", "close", () => (self.clear(), self.focus()), "quietly")];
    if (self.tiles.some((one) => !self.chosen.has(one.id))) ways.unshift(button("All on this page", "select_all", () => self.all(), "quietly"));
    const held = desk.getRootNode().activeElement;
    const name = bar.contains(held) ? held.textContent : null;
    bar.replaceChildren(el("b", "", text), el("div", "ways", ...ways), el("div", "acts", ...acts));
    if (name) ([...bar.querySelectorAll("button")].find((one) => one.textContent === name && !one.disabled) || bar.querySelector("button:not(:disabled)"))?.focus();
  };

  self.go = (id, { focus = true } = {}) => {
    const cell = self.cells.get(id);
    if (!cell) return;
    self.cells.get(self.active)?.setAttribute("tabindex", "-1");
    self.active = id;
    cell.setAttribute("tabindex", "0");
    if (focus) {
      cell.focus({ preventScroll: true });
      cell.scrollIntoView({ block: "nearest" });
    }
  };
  self.focus = () => self.go(self.active || self.tiles[0]?.id);
  const columns = () => {
    const grid = days.querySelector(".grid");
    return grid ? window.getComputedStyle(grid).gridTemplateColumns.split(" ").length : 1;
  };
  // The picture above or below: the grid of the day before or after where this one ends.
  self.vertical = (at, by) => {
    const wide = columns();
    const group = self.groups.findIndex((one) => at >= one.from && at < one.from + one.count);
    const { from, count } = self.groups[group];
    const [row, column] = [Math.floor((at - from) / wide), (at - from) % wide];
    const rows = Math.ceil(count / wide);
    if (row + by >= 0 && row + by < rows) return from + Math.min((row + by) * wide + column, count - 1);
    const next = self.groups[group + by];
    if (!next) return at;
    const last = by < 0 ? Math.floor((next.count - 1) / wide) * wide : 0;
    return next.from + Math.min(last + column, next.count - 1);
  };
  const target = (event, at) => {
    const last = self.tiles.length - 1;
    const places = {
      ArrowRight: () => Math.min(at + 1, last),
      ArrowLeft: () => Math.max(at - 1, 0),
      ArrowDown: () => self.vertical(at, 1),
      ArrowUp: () => self.vertical(at, -1),
      Home: () => 0,
      End: () => last,
    };
    return places[event.key]?.();
  };
  self.open = (id) => box.open(self.tiles, place(id), self.purpose);
  const pressed = (event) => {
    const cell = event.target.closest(".cell");
    if (!cell || event.target.tagName === "VIDEO") return;
    const { id } = cell.dataset;
    const isControl = event.ctrlKey || event.metaKey;
    const to = isControl ? undefined : target(event, place(id));
    if (to !== undefined) {
      if (event.shiftKey && !self.anchor) self.anchor = id;
      self.go(self.tiles[to].id);
      if (event.shiftKey) self.reach(self.tiles[to].id);
      else self.anchor = "";
    } else if (event.key === "Enter" && event.target === cell) self.open(id);
    else if (event.key === " " && event.target === cell) self.toggle(id);
    else if (isControl && event.key.toLowerCase() === "a") self.all();
    else if (event.key === "Escape" && self.chosen.size) self.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const clicked = (event) => {
    const cell = event.target.closest(".cell");
    if (!cell || event.target.closest("button, video")) return;
    const { id } = cell.dataset;
    self.go(id);
    if (event.shiftKey) self.reach(id);
    else if (event.ctrlKey || event.metaKey || self.chosen.size) self.toggle(id);
    else self.open(id);
  };
  days.addEventListener("keydown", pressed);
  days.addEventListener("click", clicked);

  const box = lightbox(desk, {
    thumbnail: (id) => self.cells.get(id)?.querySelector("img"),
    closed: (tile) => tile && self.go(tile.id),
    buttons: (tile, again) => {
      const is = self.chosen.has(tile.id);
      const choose = button(is ? "Selected" : "Select", is ? "check_box" : "check_box_outline_blank", () => {
        self.toggle(tile.id);
        again();
        [...desk.querySelectorAll(".lightbox .choose")][0]?.focus();
      }, "choose");
      choose.setAttribute("aria-pressed", String(is));
      const more = button("Everything about this picture", "open_in_full", () => {
        box.close();
        self.tell("act", { act: "open", ids: [tile.id] });
      });
      return self.acts.length ? [choose, more] : [more];
    },
  });
  self.box = box;

  const cellOf = (tile) => {
    const picture = el("img");
    picture.loading = "lazy";
    picture.decoding = "async";
    picture.alt = altOf(tile);
    const broken = failed("Cannot be shown");
    const frame = el("div", "frame loading", picture, broken);
    picture.addEventListener("load", () => frame.classList.remove("loading"));
    picture.addEventListener("error", () => {
      frame.classList.remove("loading");
      picture.hidden = true;
      broken.hidden = false;
    });
    picture.src = address(tile, "thumbnail", self.purpose);
    if (tile.kind === "video") {
      frame.append(el("span", "length", icon("videocam"), tile.length || "Video"));
      if (tile.hasStream) {
        const play = shapely(`Play, ${altOf(tile)}`, "play_arrow", () => {
          const video = videoOf(tile, self.purpose, "thumbnail");
          frame.replaceChildren(video, tick);
          video.play();
        }, "play");
        play.tabIndex = -1;
        frame.append(play);
      }
    }
    const tick = shapely("Select", "check", (event) => {
      self.go(tile.id);
      if (event.shiftKey) self.reach(tile.id);
      else self.toggle(tile.id);
    }, "tick");
    tick.tabIndex = -1;
    frame.append(tick);
    const words = el("div", "words", el("div", "view", capital(viewOf(tile)) || "View not said"));
    const under = capital(said(tile.stage, tile.area).join(" · "));
    if (under) words.append(el("div", "quiet", under));
    const marks = said(
      tile.isGuess ? mark({ word: "Guess", icon: "help", tone: "warn" }) : null,
      tile.removed ? mark({ word: "Removed", icon: "delete", tone: "plain" }) : null,
      tile.marks ? mark({ word: tile.marks, icon: "draw", tone: "plain" }) : null,
      tile.fault ? mark({ word: "Cannot be played", icon: "videocam_off", tone: "warn" }) : null,
    );
    if (marks.length) words.append(el("div", "marks", ...marks));
    const cell = el("div", "cell", frame, words);
    cell.dataset.id = tile.id;
    cell.tabIndex = -1;
    cell.setAttribute("role", "gridcell");
    cell.setAttribute("aria-label", altOf(tile));
    self.cells.set(tile.id, cell);
    return cell;
  };

  const linked = (who) => {
    const name = el("a", "name", who.name);
    name.href = who.href;
    name.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      self.tell("open", who.href);
    });
    return name;
  };
  const dayOf = (group, number) => {
    const tiles = self.tiles.slice(group.from, group.from + group.count);
    const title = el("h2", "", group.title);
    title.id = `day-${number}`;
    const pick = button(`Select these ${group.count}`, "select", () => self.all(tiles), "quietly");
    pick.tabIndex = -1;
    const row = el("div", "grid", ...tiles.map(cellOf));
    row.setAttribute("role", "row");
    const grid = el("div", "", row);
    grid.setAttribute("role", "grid");
    grid.setAttribute("aria-multiselectable", "true");
    grid.setAttribute("aria-labelledby", title.id);
    grid.setAttribute("aria-describedby", help.id);
    const head = el("div", "head", title, el("span", "quiet", group.note));
    if (group.count > 1) head.append(pick);
    const made = el("section", "day", head, grid);
    if (group.banner) made.prepend(bannerOf(group.banner, linked(group.banner)));
    return made;
  };
  self.draw = () => {
    const hadFocus = days.contains(desk.getRootNode().activeElement);
    self.cells.clear();
    desk.classList.toggle("fixed", !self.acts.length);
    help.textContent = self.acts.length ? HELP : HELP_FIXED;
    desk.style.setProperty("--shape", String(shapeOf(self.tiles)));
    days.replaceChildren(...self.groups.map(dayOf));
    const active = self.cells.has(self.active) ? self.active : self.tiles[0]?.id;
    self.active = "";
    if (active) self.go(active, { focus: hadFocus });
    paint();
  };
  whenLensEnds(desk, () => self.purpose, (said) => {
    if (self.box.isOpen()) self.box.close();
    self.cells.clear();
    self.chosen.clear();
    self.shown = "";
    drawBar();
    days.replaceChildren(said);
  });
  desk.append(help, days, bar, spoken);
  return self;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const desk = parentElement.querySelector(".desk");
  const self = memory.get(parentElement) || start(desk);
  memory.set(parentElement, self);
  self.tell = setTriggerValue;
  // Another lens, another patient, or something done with what was selected: it is let go.
  if (self.token !== data.token) self.chosen.clear();
  self.token = data.token;
  const shown = JSON.stringify(data);
  if (shown === self.shown) return;
  self.shown = shown;
  Object.assign(self, { purpose: data.purpose, acts: data.acts, groups: data.groups });
  // A patient's banner stands over the first of their days and holds for those that follow.
  let banner = data.banner;
  self.tiles = data.groups.flatMap((group) => {
    banner = group.banner || banner;
    const { day, treatment, practitioner } = group;
    const beside = { day, treatment, practitioner, banner };
    return data.tiles.slice(group.from, group.from + group.count).map((tile) => ({ ...BLANK, ...tile, ...beside }));
  });
  if (self.box.isOpen()) self.box.close();
  self.draw();
}
