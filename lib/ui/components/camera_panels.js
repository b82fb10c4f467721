/* What stands around the camera's picture: the view that is wanted now, the controls, the list. */
const STATUS = {
  held: ["Just taken", "hourglass_top", "info"],
  sending: ["Being kept …", "sync", "info"],
  kept: ["Kept", "check_circle", "good"],
  failed: ["Not kept", "error", "alert"],
};
const LINES = { none: "No lines", grid: "Thirds", level: "Level" };
const keyed = (made, key) => {
  made.dataset.key = key;
  return made;
};
const chosen = (made, is) => {
  made.setAttribute("aria-pressed", String(is));
  return made;
};
const group = (label, ...children) => {
  const made = el("div", "group", ...children);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", label);
  return made;
};

const heading = (self, shot) => {
  const shots = self.shots().filter((one) => !one.isAny);
  const missing = shots.filter(self.isMissing).length;
  const stages = group("Stage", ...self.data.stages.map((one) => chosen(keyed(button(one.label, one.icon, () => {
    self.stage = one.stage;
    self.current = shot.isAny && shots.length > 1 ? shot.key : self.first();
    self.draw();
  }), `stage ${one.stage}`), one.stage === self.stage)));
  if (shot.isAny) return [el("div", "now", el("h2", "", "Any view"), el("p", "quiet", shots.length ? "Which view it is can be said later, or chosen in the list." : "No protocol asks for a view here. Which one it is can be said later.")), stages];
  const place = shots.indexOf(shot) + 1;
  const left = missing ? `${missing} of ${shots.length} missing` : "every view is taken";
  return [el("div", "now", el("h2", "", capital(shot.words)), el("p", "quiet", `View ${place} of ${shots.length}, ${left}`)), stages];
};

const byFile = (self) => keyed(button("Add pictures as files instead", "upload_file", () => self.ask.files(true)), "files");

const covering = (self) => {
  if (self.state === "on") return [];
  if (self.state === "starting") return [el("p", "large", icon("hourglass_top"), "Starting the camera …")];
  if (self.state === "off") {
    return [icon("photo_camera"), el("p", "large", "The camera is off"), el("p", "", "The browser may ask whether Juno Desk may use it. It is on only while this screen is open, and without sound."), el("div", "row", keyed(button("Turn the camera on", "videocam", () => self.open(), "primary"), "open"), byFile(self))];
  }
  const [title, what] = FAULTS[self.state];
  const told = el("p", "large", icon(self.state === "refused" ? "no_photography" : "videocam_off"), title);
  told.setAttribute("role", "alert");
  return [told, el("p", "", what), el("div", "row", keyed(button("Try again", "refresh", () => self.open(), "primary"), "open"), byFile(self))];
};

const controls = (self, shot) => {
  if (self.state !== "on") return [];
  const take = keyed(button("Take the picture", "photo_camera", self.take, "primary take"), "take");
  const hint = el("span", "quiet hint", "or press Space or Enter");
  const lines = group("Lines over the picture", ...Object.entries(LINES).map(([name, label]) => chosen(keyed(button(label, { none: "grid_off", grid: "grid_3x3", level: "horizontal_rule" }[name], () => {
    set.lines = name;
    self.draw();
  }), `lines ${name}`), set.lines === name)));
  const parts = [el("div", "row", take, hint), ghosting(self, shot), lines].filter(Boolean);
  if (self.devices.length > 1) parts.push(cameras(self));
  return parts;
};

const ghosting = (self, shot) => {
  if (!shot.ghost) return shot.isAny ? null : el("p", "quiet", "There is no earlier picture of this view to lay over it.");
  const slider = el("input");
  Object.assign(slider, { type: "range", min: 0, max: 100, step: 5, value: set.opacity });
  slider.setAttribute("aria-valuetext", `${set.opacity} %`);
  slider.addEventListener("input", () => {
    set.opacity = Number(slider.value);
    set.isGhost = set.opacity > 0;
    self.ghost.style.opacity = String(set.opacity / 100);
    self.ghost.hidden = !set.isGhost;
    slider.setAttribute("aria-valuetext", `${set.opacity} %`);
  });
  return el("label", "ghosting", el("span", "", "Earlier picture"), keyed(slider, "opacity"), el("span", "quiet", shot.ghost.words));
};

const cameras = (self) => {
  const names = self.devices.map((one, place) => facing(one.label) || one.label || `Camera ${place + 1}`);
  const select = el("select", "", ...self.devices.map((one, place) => {
    const twice = names.filter((name) => name === names[place]).length > 1;
    const option = el("option", "", twice && one.label ? one.label : names[place]);
    option.value = one.deviceId;
    return option;
  }));
  select.value = set.device;
  select.setAttribute("aria-label", "Camera");
  select.addEventListener("change", () => self.open(select.value));
  return el("label", "field", el("span", "", "Camera"), keyed(select, "device"));
};

const pictureRow = (self, one) => {
  const image = document.createElement("img");
  image.src = one.small;
  image.alt = "";
  const [word, shape, tone] = STATUS[one.status];
  const acts = el("span", "row");
  if (one.status === "failed") acts.append(keyed(button("Send again", "refresh", () => self.send(one)), `send ${one.at}`));
  if (one.status !== "sending") acts.append(keyed(button(one.status === "kept" ? "Take another" : "Take again", "replay", () => self.again(one)), `again ${one.at}`));
  const problem = one.problem ? el("span", "problem", one.problem) : null;
  return el("div", "picture", image, el("span", "about", mark({ word, icon: shape, tone }), problem, acts));
};

const wanted = (self) => {
  const rows = self.shots().map((shot, place) => {
    const isNow = shot === self.shot();
    const isDone = self.isDone(shot);
    const mine = self.own(shot);
    // What was kept is counted by the record, which does not know what was taken as any view.
    const count = shot.count + mine.filter((one) => one.status !== "failed" && (shot.isAny || one.status !== "kept")).length;
    const state = shot.isAny && !isDone ? el("span", "quiet", "As you like") : isDone ? mark({ word: count > 1 ? `${count} taken` : "Taken", icon: "check_circle", tone: "good" }) : mark({ word: "Missing", icon: "radio_button_unchecked", tone: "warn" });
    const choose = keyed(el("button", "view", el("span", "number", shot.isAny ? "" : String(place + 1)), el("span", "name", capital(shot.words)), state), `view ${shot.key}`);
    choose.type = "button";
    if (isNow) choose.setAttribute("aria-current", "step");
    choose.addEventListener("click", () => self.go(shot.key));
    return el("li", isNow ? "now" : "", choose, ...mine.slice(-1).map((one) => pictureRow(self, one)));
  });
  return [el("h3", "", self.data.protocol || "Views"), el("ol", "views", ...rows), another(self), el("div", "row", self.state === "on" ? byFile(self) : null)];
};

// A view that the protocol does not ask for, for this once.
const another = (self) => {
  const choice = (label, options, key) => {
    const select = el("select", "", ...options.map(([value, words]) => {
      const option = el("option", "", words);
      option.value = value;
      return option;
    }));
    select.value = self[key] ?? options[0][0];
    select.setAttribute("aria-label", label);
    select.addEventListener("change", () => {
      self[key] = select.value;
    });
    return [el("label", "field", el("span", "", label), keyed(select, key)), select];
  };
  const [view, views] = choice("View", self.data.views, "moreView");
  const [expression, expressions] = choice("Expression", self.data.expressions, "moreExpression");
  const add = keyed(button("Add it to the list", "add", () => {
    const key = `${views.value}|${expressions.value}`;
    const words = [views, expressions].map((one) => one.selectedOptions[0].textContent).filter((_, place) => !place || expressions.value).join(", ");
    if (!self.shots().some((one) => one.key === key)) self.extra.push({ key, words: words.charAt(0).toUpperCase() + words.slice(1).toLowerCase(), count: 0, ghost: null, stage: self.stage });
    self.go(key);
  }), "add");
  const details = el("details", "", keyed(el("summary", "", "Another view"), "another"), el("div", "more", view, expression, add));
  details.open = self.isMoreOpen ?? false;
  details.addEventListener("toggle", () => {
    self.isMoreOpen = details.open;
  });
  return details;
};
