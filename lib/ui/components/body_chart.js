/* The charts of face and body. Points are kept here and told to Python whole after each step; they
   are buttons over the drawing, so that Tab reaches them and a screen reader reads them. */
const SVG = "http://www.w3.org/2000/svg";
const memory = new WeakMap();
const MOST_UNDO = 50;
const SETTLE = 250;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const shape = (tag, attributes) => {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};
const within = (value) => Math.min(100, Math.max(0, Math.round(value * 100) / 100));
const rounded = (value) => Math.round(value * 1000) / 1000;
const number = (text) => {
  const found = Number(String(text).trim().replace(",", "."));
  return Number.isFinite(found) && found > 0 ? rounded(found) : null;
};
const distance = ([x, y, across, down], px, py) => ((px - x) / across) ** 2 + ((py - y) / down) ** 2;
const nearness = (region, x, y) => Math.min(...region.parts.map((part) => distance(part, x, y)));
// The smallest area around a place, else the nearest: as `charts.area_at` says.
const regionAt = (chart, x, y) =>
  ART[chart].regions.find((region) => nearness(region, x, y) <= 1) ||
  [...ART[chart].regions].sort((a, b) => nearness(a, x, y) - nearness(b, x, y))[0];
const chartOf = (area, preferred) => {
  const has = (chart) => ART[chart].regions.some((region) => region.area === area);
  return has(preferred) ? preferred : Object.keys(ART).find(has);
};
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const units = (dose, unit) => {
  if (dose === null) return "no dose";
  return `${dose} ${unit === "unit" && dose !== 1 ? "units" : unit}`;
};
const read = (marks) => ({
  points: marks.points.map((one) => ({ ...one, x: Number(one.x), y: Number(one.y), dose: one.dose === null ? null : Number(one.dose) })),
  doses: marks.doses.map((one) => ({ ...one, dose: one.dose === null ? null : Number(one.dose) })),
});

const drawing = (chart, used) => {
  const art = ART[chart];
  const picture = shape("svg", { viewBox: `0 0 ${art.width} ${art.height}`, "aria-hidden": "true" });
  // The largest first, so that the smallest lies on top and is hit.
  for (const region of [...art.regions].reverse()) {
    for (const [x, y, across, down] of region.parts) {
      picture.append(shape("ellipse", {
        class: used.has(region.area) ? "region used" : "region", "data-area": region.area,
        cx: (x * art.width) / 100, cy: (y * art.height) / 100,
        rx: (across * art.width) / 100, ry: (down * art.height) / 100,
      }));
    }
  }
  for (const path of art.contours) picture.append(shape("path", { class: "contour", d: path }));
  for (const path of art.lines) picture.append(shape("path", { class: "fine", d: path }));
  const name = el("div", "name");
  const whole = el("div", art.height > art.width * 1.5 ? "drawing tall" : "drawing", name);
  whole.append(picture);
  return whole;
};

const start = (desk) => {
  const self = { desk, points: [], doses: [], chart: "", chosen: -1, past: [], token: null, tell: () => {} };
  self.said = el("div", "said hidden");
  self.said.setAttribute("role", "status");
  self.help = el("p", "help", "Click an area to add a point. A point moves with the mouse or the arrow keys; + and − change its dose, Delete removes it.");
  self.help.id = "chart-help";

  self.areas = () => [...new Set([...self.points.map((one) => one.area), ...self.doses.map((one) => one.area)])];
  self.inArea = (area) => self.points.filter((one) => one.area === area);
  self.total = (area) => {
    const given = self.inArea(area);
    const doses = (given.length ? given : self.doses.filter((one) => one.area === area)).map((one) => one.dose).filter((dose) => dose !== null);
    return doses.length ? rounded(doses.reduce((sum, dose) => sum + dose, 0)) : null;
  };
  self.label = (point) => {
    const mates = self.inArea(point.area);
    return `${capital(point.area)}, point ${mates.indexOf(point) + 1} of ${mates.length}, ${units(point.dose, self.unit)}`;
  };
  self.say = (text) => {
    self.said.textContent = text;
  };
  self.keep = () => {
    self.past.push(JSON.stringify([self.points, self.doses, self.chart, self.chosen]));
    if (self.past.length > MOST_UNDO) self.past.shift();
  };
  self.send = () => self.tell("marks", { token: self.token, points: self.points, doses: self.doses });
  self.change = (act, said) => {
    self.keep();
    act();
    self.draw();
    self.send();
    if (said) self.say(typeof said === "function" ? said() : said);
  };
  self.undo = () => {
    const before = self.past.pop();
    if (!before) return;
    [self.points, self.doses, self.chart, self.chosen] = JSON.parse(before);
    self.draw();
    self.send();
    self.say("The last step was undone.");
    // What was drawn anew has lost the focus; without it the keyboard would begin at the top.
    if (self.points[self.chosen]?.chart === self.chart) self.focus();
    else desk.querySelector(".undo:not(:disabled), .add")?.focus();
  };
  // What a new point gets: what its neighbours have, else a share of the template's dose.
  self.doseFor = (area, region) => {
    const mates = self.inArea(area);
    if (mates.length) return mates[mates.length - 1].dose;
    const usual = self.usual[area] || self.doses.find((one) => one.area === area)?.dose || null;
    if (!usual) return self.step;
    const grains = Math.max(1, Math.round(usual / (region?.spots.length || 1) / self.step));
    return rounded(grains * self.step);
  };
  self.add = (area, x, y, region) => {
    const dose = self.doseFor(area, region);
    self.change(() => {
      self.doses = self.doses.filter((one) => one.area !== area);
      self.points.push({ area, chart: self.chart, x: within(x), y: within(y), dose });
      self.chosen = self.points.length - 1;
    }, () => `Added. ${self.label(self.points[self.chosen])}. ${units(self.total(area), self.unit)} in all.`);
    self.focus();
  };
  self.remove = (place) => {
    const point = self.points[place];
    if (!point) return;
    const { area } = point;
    self.change(() => {
      self.points.splice(place, 1);
      self.chosen = Math.min(place, self.points.length - 1);
    }, () => `Removed from ${area}. ${units(self.total(area), self.unit)} left there.`);
    if (self.points[self.chosen]?.chart === self.chart) self.focus();
    else desk.querySelector(".add")?.focus();
  };
  self.removeArea = (area) => {
    self.change(() => {
      self.points = self.points.filter((one) => one.area !== area);
      self.doses = self.doses.filter((one) => one.area !== area);
      self.chosen = -1;
    }, `${capital(area)} was removed.`);
    desk.querySelector(".undo")?.focus();
  };
  self.redose = (place, dose) => {
    const point = self.points[place];
    if (!point || dose === null || dose <= 0 || dose === point.dose) return;
    self.change(() => {
      point.dose = rounded(dose);
      self.chosen = place;
    }, () => `${units(point.dose, self.unit)}. ${units(self.total(point.area), self.unit)} in ${point.area}.`);
  };
  self.move = (place, x, y) => {
    const point = self.points[place];
    self.change(() => {
      point.x = within(x);
      point.y = within(y);
      self.chosen = place;
    }, () => `${Math.round(point.x)} % across, ${Math.round(point.y)} % down.`);
  };
  self.focus = () => desk.querySelector(`.pin[data-place="${self.chosen}"]`)?.focus();

  self.pinKey = (event, place) => {
    const point = self.points[place];
    const step = KEYS[event.key];
    if (step) self.move(place, point.x + step[0], point.y + step[1]);
    else if (event.key === "+" || event.key === "=") self.redose(place, (point.dose || 0) + self.step);
    else if (event.key === "-" || event.key === "_") self.redose(place, (point.dose || 0) - self.step);
    else if (event.key === "Delete" || event.key === "Backspace") self.remove(place);
    else return;
    event.preventDefault();
    if (event.key !== "Delete" && event.key !== "Backspace") self.focus();
  };
  self.drag = (event, place, pin) => {
    if (event.button !== 0) return;
    const box = pin.parentElement.querySelector("svg").getBoundingClientRect();
    const from = [event.clientX, event.clientY];
    let moved = null;
    pin.setPointerCapture(event.pointerId);
    const onMove = (now) => {
      if (!moved && Math.hypot(now.clientX - from[0], now.clientY - from[1]) < 4) return;
      moved = [within(((now.clientX - box.left) / box.width) * 100), within(((now.clientY - box.top) / box.height) * 100)];
      pin.style.left = `${moved[0]}%`;
      pin.style.top = `${moved[1]}%`;
    };
    const onUp = () => {
      pin.removeEventListener("pointermove", onMove);
      if (moved) self.move(place, ...moved);
      else {
        self.chosen = place;
        self.draw();
      }
      self.focus();
    };
    pin.addEventListener("pointermove", onMove);
    pin.addEventListener("pointerup", onUp, { once: true });
    pin.addEventListener("pointercancel", onUp, { once: true });
  };

  self.pin = (point, place) => {
    const tag = self.readOnly ? "div" : "button";
    const made = el(tag, "pin", el("span", "dose", point.dose === null ? "" : String(point.dose)));
    made.style.left = `${point.x}%`;
    made.style.top = `${point.y}%`;
    if (self.readOnly) {
      made.setAttribute("aria-hidden", "true");
      return made;
    }
    made.type = "button";
    made.dataset.place = String(place);
    made.setAttribute("aria-label", self.label(point));
    made.setAttribute("aria-pressed", String(place === self.chosen));
    made.setAttribute("aria-describedby", self.help.id);
    made.addEventListener("pointerdown", (event) => self.drag(event, place, made));
    made.addEventListener("keydown", (event) => self.pinKey(event, place));
    made.addEventListener("focus", () => {
      self.chosen = place;
      for (const one of desk.querySelectorAll(".pin")) one.setAttribute("aria-pressed", String(one === made));
    });
    return made;
  };

  self.board = (chart) => {
    const here = self.points.map((point, place) => [point, place]).filter(([point]) => point.chart === chart);
    const made = drawing(chart, new Set(here.map(([point]) => point.area)));
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", `${ART[chart].title}: ${here.length} ${here.length === 1 ? "point" : "points"}`);
    made.querySelector(".name").textContent = self.readOnly ? ART[chart].title : "";
    if (!self.readOnly) {
      made.classList.add("editable");
      const picture = made.querySelector("svg");
      const place = (event) => {
        const box = picture.getBoundingClientRect();
        return [((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100];
      };
      picture.addEventListener("pointermove", (event) => {
        const { area } = regionAt(chart, ...place(event));
        made.querySelector(".name").textContent = capital(area);
        for (const one of picture.querySelectorAll(".region")) one.classList.toggle("lit", one.dataset.area === area);
      });
      picture.addEventListener("pointerleave", () => {
        made.querySelector(".name").textContent = "";
        for (const one of picture.querySelectorAll(".lit")) one.classList.remove("lit");
      });
      picture.addEventListener("click", (event) => {
        const [x, y] = place(event);
        const region = regionAt(chart, x, y);
        self.add(region.area, x, y, region);
      });
    }
    // In the order of the areas, so that Tab goes through one after the other.
    made.append(...here.map(([point, at]) => self.pin(point, at)));
    return made;
  };

  self.tabs = () => {
    const made = el("div", "tabs");
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", "Charts");
    for (const [chart, art] of Object.entries(ART)) {
      const count = self.points.filter((one) => one.chart === chart).length;
      const button = el("button", "", count ? `${art.title} (${count})` : art.title);
      button.type = "button";
      button.setAttribute("aria-pressed", String(chart === self.chart));
      button.addEventListener("click", () => {
        self.chart = chart;
        self.draw();
        [...desk.querySelectorAll(".tabs button")].find((one) => one.getAttribute("aria-pressed") === "true")?.focus();
      });
      made.append(button);
    }
    return made;
  };

  self.areaRow = (area) => {
    const given = self.inArea(area);
    const row = el("tr", "", el("td", "", capital(area)), el("td", "figure", given.length ? String(given.length) : "–"));
    const dose = el("td", "figure");
    if (given.length || self.readOnly) dose.append(units(self.total(area), self.unit));
    else {
      const input = el("input");
      input.type = "text";
      input.inputMode = "decimal";
      input.value = self.total(area) ?? "";
      input.dataset.key = `area ${area}`;
      input.setAttribute("aria-label", `Dose, ${area}`);
      input.addEventListener("change", () => {
        const found = number(input.value);
        self.keep();
        for (const one of self.doses) if (one.area === area) one.dose = found;
        self.send();
        self.say(`${capital(area)}: ${units(found, self.unit)}.`);
        self.drawSoon();
      });
      dose.append(input, ` ${self.unit === "unit" ? "units" : self.unit}`);
    }
    row.append(dose);
    if (!self.readOnly) {
      const button = el("button", "small", "Remove");
      button.type = "button";
      button.setAttribute("aria-label", `Remove ${area}`);
      button.addEventListener("click", () => self.removeArea(area));
      row.append(el("td", "", button));
    }
    return row;
  };

  self.table = () => {
    const heads = ["Area", "Points", "Dose", ...(self.readOnly ? [] : [""])];
    const head = el("tr");
    heads.forEach((text, place) => {
      const cell = el(text ? "th" : "td", place === 1 || place === 2 ? "figure" : "", text);
      if (text) cell.scope = "col";
      head.append(cell);
    });
    const sum = self.areas().map(self.total).filter((dose) => dose !== null).reduce((all, dose) => all + dose, 0);
    const foot = el("tr", "", el("td", "", "Total"), el("td"), el("td", "figure", units(rounded(sum), self.unit)));
    if (!self.readOnly) foot.append(el("td"));
    const body = el("tbody", "", ...self.areas().map(self.areaRow));
    return el("table", "", el("thead", "", head), body, el("tfoot", "", foot));
  };

  self.adder = () => {
    const select = el("select");
    select.setAttribute("aria-label", "Area to add a point in");
    const names = [...new Set([...Object.keys(self.usual), ...self.areas(), ...ART[self.chart].regions.map((one) => one.area).sort(), ...Object.values(ART).flatMap((art) => art.regions.map((one) => one.area)).sort()])];
    for (const name of names.filter((one) => chartOf(one, self.chart))) {
      const option = el("option", "", capital(name));
      option.value = name;
      select.append(option);
    }
    if (self.picked && names.includes(self.picked)) select.value = self.picked;
    select.addEventListener("change", () => {
      self.picked = select.value;
    });
    const add = el("button", "add", "Add a point");
    add.type = "button";
    add.addEventListener("click", () => {
      const area = select.value;
      self.picked = area;
      self.chart = chartOf(area, self.chart);
      const region = ART[self.chart].regions.find((one) => one.area === area);
      const taken = self.inArea(area).filter((one) => one.chart === self.chart).length;
      // The next usual place; after those, beside the middle, so that none hides another.
      const [x, y] = region.spots[taken] || [region.parts[0][0] + (taken % 5) - 2, region.parts[0][1] + (taken % 3) - 1];
      self.add(area, x, y, region);
    });
    const undo = el("button", "undo", "Undo the last step");
    undo.type = "button";
    undo.disabled = !self.past.length;
    undo.addEventListener("click", self.undo);
    return el("div", "row", select, add, undo);
  };

  self.list = () => {
    const list = el("ol", "points");
    self.points.forEach((point, place) => {
      const item = el("li", "", self.label(point), el("span", "place", `${ART[point.chart].title}, ${Math.round(point.x)} % across, ${Math.round(point.y)} % down`));
      if (!self.readOnly) {
        const input = el("input");
        input.type = "text";
        input.inputMode = "decimal";
        input.value = point.dose ?? "";
        input.dataset.key = `point ${place}`;
        input.setAttribute("aria-label", `Dose of ${self.label(point)}`);
        input.addEventListener("change", () => {
          const dose = number(input.value);
          if (dose === null || dose === point.dose) return;
          self.keep();
          point.dose = dose;
          self.send();
          self.say(`${units(self.total(point.area), self.unit)} in ${point.area}.`);
          self.drawSoon();
        });
        item.append(input);
      }
      list.append(item);
    });
    const details = el("details", "", el("summary", "", `Every point as a list (${self.points.length})`), list);
    details.open = self.isListed || self.readOnly;
    details.addEventListener("toggle", () => {
      self.isListed = details.open;
    });
    return details;
  };

  // A field changes while the mouse is already down on something else: that must still be there
  // when the button comes up, or the click is lost.
  self.drawSoon = () => window.setTimeout(self.draw, SETTLE);
  self.draw = () => {
    const held = desk.getRootNode().activeElement;
    const side = el("div", "side", self.table());
    if (!self.readOnly) side.append(self.adder(), self.help);
    if (self.points.length) side.append(self.list());
    const whole = el("div", "chart");
    if (self.readOnly) {
      const charts = Object.keys(ART).filter((chart) => self.points.some((one) => one.chart === chart));
      whole.append(el("div", "sheets", ...charts.map(self.board)), side);
    } else whole.append(self.tabs(), self.board(self.chart), side);
    desk.replaceChildren(whole, self.said);
    if (held && held.tagName === "INPUT") {
      const again = [...desk.querySelectorAll("input")].find((one) => one.dataset.key === held.dataset.key);
      if (again) {
        again.value = held.value;
        again.focus();
      }
    } else if (held?.classList?.contains("pin")) self.focus();
    else if (held) [...desk.querySelectorAll(held.tagName)].find((one) => (one.getAttribute("aria-label") || one.textContent) === (held.getAttribute("aria-label") || held.textContent))?.focus();
  };
  desk.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.target.tagName === "INPUT") return;
    event.preventDefault();
    self.undo();
  });
  return self;
};

export default function ({ data, parentElement, setStateValue }) {
  const desk = parentElement.querySelector(".desk");
  const self = memory.get(parentElement) || start(desk);
  memory.set(parentElement, self);
  self.tell = setStateValue;
  const isSame = self.token === data.token && self.unit === data.unit && self.readOnly === data.is_read_only;
  self.unit = data.unit;
  self.step = Number(data.step);
  self.usual = Object.fromEntries(Object.entries(data.usual).map(([area, dose]) => [area, Number(dose)]));
  self.readOnly = data.is_read_only;
  if (isSame) return;
  self.token = data.token;
  const { points, doses } = read(data.marks);
  Object.assign(self, { points, doses, chosen: -1, past: [], picked: null });
  self.chart = points.length && !points.some((one) => one.chart === data.chart) ? points[0].chart : data.chart;
  self.draw();
}
