/* What stands above and beside the picture: looking at annotations, and the tools that draw one. */
const keyed = (made, key) => {
  made.dataset.key = key;
  return made;
};
const pressed = (made, is) => {
  made.setAttribute("aria-pressed", String(is));
  return made;
};
const several = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

const looking = (self) => {
  const count = self.live().reduce((sum, one) => sum + one.versions[0].marks.length, 0);
  const shown = [];
  if (self.data.may_edit) shown.push(keyed(button("Add marks or a note", "draw", () => self.begin(null), "primary"), "begin"));
  if (count) {
    const show = button(self.isShown ? "Hide all marks" : "Show all marks", self.isShown ? "visibility_off" : "visibility", () => {
      self.isShown = !self.isShown;
      self.draw();
      self.say(self.isShown ? `${several(count, "mark")} shown.` : "The marks are hidden.");
    });
    shown.push(keyed(show, "show"));
  }
  return shown;
};

const editing = (self) => {
  const { work } = self;
  const tools = el("div", "tools", ...TOOLS.map(([tool, label, shape]) => {
    const made = pressed(keyed(button(label, shape, () => {
      work.tool = tool;
      self.draw();
    }), `tool ${tool}`), work.tool === tool);
    return made;
  }));
  tools.setAttribute("role", "group");
  tools.setAttribute("aria-label", "What is drawn");
  const inks = el("div", "tools", ...Object.entries(INKS).map(([ink, stroke]) => {
    const made = el("button", "swatch", sample(ink));
    made.type = "button";
    made.title = `${capital(ink)}, ${stroke}`;
    made.setAttribute("aria-label", made.title);
    made.addEventListener("click", () => {
      work.ink = ink;
      // While something else is drawn, the last mark keeps its ink.
      const mark = work.tool === "select" ? work.marks[work.chosen] : null;
      if (mark && mark.ink !== ink) self.change(() => Object.assign(mark, { ink }), `Mark ${work.chosen + 1} is ${ink} now.`);
      else self.draw();
    });
    return pressed(keyed(made, `ink ${ink}`), work.ink === ink);
  }));
  inks.setAttribute("role", "group");
  inks.setAttribute("aria-label", "What it is drawn with");
  const undo = keyed(shapely("Undo", "undo", self.undo), "undo");
  const redo = keyed(shapely("Redo", "redo", self.redo), "redo");
  undo.disabled = !work.past.length;
  redo.disabled = !work.future.length;
  const place = keyed(button("Place in the middle", "add", () => self.add({ shape: work.tool, ink: work.ink, points: copy(sizes[work.tool]), text: "" })), "place");
  place.disabled = work.tool === "select";
  return [tools, inks, el("div", "tools", undo, redo, place)];
};

const working = (self) => {
  const { work } = self;
  const title = el("h2", "", work.series ? "Change this annotation" : "A new annotation");
  const list = el("ol", "own", ...work.marks.map((mark, place) => {
    const input = el("input");
    input.type = "text";
    input.value = mark.text;
    input.maxLength = 200;
    input.placeholder = mark.shape === "text" ? "Its words" : "Words beside it (optional)";
    input.setAttribute("aria-label", `Words of mark ${place + 1}, ${WORDS[mark.shape]}`);
    input.addEventListener("focus", () => self.choose(place));
    input.addEventListener("input", () => {
      mark.text = input.value;
      self.paint();
    });
    keyed(input, `text ${place}`);
    const out = keyed(shapely(`Delete mark ${place + 1}`, "delete", () => self.remove(place)), `delete ${place}`);
    return el("li", place === work.chosen ? "chosen" : "", el("span", `number ${mark.ink}`, String(place + 1)), sample(mark.ink), input, out);
  }));
  const note = el("textarea");
  note.value = work.note;
  note.rows = 3;
  note.maxLength = self.data.longest_note;
  note.addEventListener("input", () => {
    work.note = note.value;
  });
  const label = el("label", "field", el("span", "", "Note (optional)"), keyed(note, "note"));
  const save = keyed(button(work.isSent ? "Saving …" : work.series ? "Save as a new version" : "Save this annotation", "save", () => self.save(), "primary"), "save");
  save.disabled = work.isSent;
  const acts = el("div", "row", save);
  if (work.isStale) acts.append(keyed(button("Save as a new annotation", "add", () => self.save(true)), "anew"));
  acts.append(keyed(button("Leave without saving", "close", self.leave), "leave"));
  const problem = work.problem ? el("p", "problem", icon("error"), work.problem) : null;
  problem?.setAttribute("role", "alert");
  const none = work.marks.length ? null : el("p", "quiet", "No mark is drawn yet.");
  return [title, el("p", "help", HELP), none, list, label, problem, acts].filter(Boolean);
};

const lookAt = (self, series, version) => {
  const isLooked = self.looked?.series === series && self.looked.version === version;
  self.looked = isLooked ? null : { series, version };
  self.isShown = true;
  self.hidden.delete(series);
  self.draw();
  self.say(isLooked ? "Back to the version that holds." : `Version ${version} lies over the picture; the version that holds is faint.`);
};

const past = (self, one) => {
  const rows = one.versions.slice(1).map((old) => {
    const isLooked = self.looked?.series === one.id && self.looked.version === old.version;
    const look = pressed(keyed(button(isLooked ? "Stop comparing" : "Compare", "compare", () => lookAt(self, one.id, old.version)), `look ${one.id} ${old.version}`), isLooked);
    const acts = el("div", "row", old.is_removed || one.versions[0].is_removed ? null : look);
    if (self.data.may_edit && !old.is_removed) acts.append(keyed(button("Bring it back", "history", () => self.ask.restore({ series: one.id, version: old.version })), `back ${one.id} ${old.version}`));
    const said = old.is_removed ? "Removed" : several(old.marks.length, "mark");
    return el("li", "", el("div", "", `Version ${old.version}: ${said}`), el("div", "quiet", `${old.when}${old.by ? ` by ${old.by}` : ""}`), old.note ? el("p", "note", old.note) : null, acts);
  });
  const details = el("details", "", keyed(el("summary", "", `Earlier versions (${rows.length})`), `past ${one.id}`), el("ol", "past", ...rows));
  details.open = self.opened?.has(one.id) ?? false;
  details.addEventListener("toggle", () => {
    self.opened ??= new Set();
    if (details.open) self.opened.add(one.id);
    else self.opened.delete(one.id);
  });
  return rows.length ? details : null;
};

const card = (self, one, from) => {
  const [version] = one.versions;
  const isHidden = self.hidden.has(one.id);
  const said = version.marks.map((mark, place) => el("li", "", el("span", `number ${mark.ink}`, String(from + place)), sample(mark.ink), el("span", "", mark.text || capital(WORDS[mark.shape]))));
  const acts = el("div", "row");
  if (version.marks.length) {
    const hide = keyed(button(isHidden ? "Show" : "Hide", isHidden ? "visibility" : "visibility_off", () => {
      if (isHidden) self.hidden.delete(one.id);
      else self.hidden.add(one.id);
      self.draw();
    }), `hide ${one.id}`);
    acts.append(hide);
  }
  if (self.data.may_edit) {
    acts.append(keyed(button("Change", "edit", () => self.begin(one)), `change ${one.id}`));
    acts.append(keyed(button("Remove", "delete", () => self.ask.remove({ series: one.id, seen: version.version })), `remove ${one.id}`));
  }
  const numbered = version.version > 1 ? `, version ${version.version}` : "";
  return el("li", "card", version.note ? el("p", "note", version.note) : null, el("ol", "own", ...said), el("div", "quiet", `${version.when}${version.by ? ` by ${version.by}` : ""}${numbered}`), acts, past(self, one));
};

const gone = (self) => {
  const removed = self.data.series.filter((one) => one.versions[0].is_removed);
  if (!removed.length) return null;
  const rows = removed.map((one) => {
    const [version] = one.versions;
    const acts = self.data.may_edit ? el("div", "row", keyed(button("Put it back", "undo", () => self.ask.restore({ series: one.id, version: version.version })), `put ${one.id}`)) : null;
    return el("li", "card", version.note ? el("p", "note", version.note) : null, el("div", "", several(version.marks.length, "mark")), el("div", "quiet", `Removed ${version.when}${version.by ? ` by ${version.by}` : ""}`), acts, past(self, one));
  });
  const details = el("details", "gone", keyed(el("summary", "", `Removed annotations (${removed.length})`), "gone"), el("ol", "cards", ...rows));
  details.open = self.isGoneOpen ?? false;
  details.addEventListener("toggle", () => {
    self.isGoneOpen = details.open;
  });
  return details;
};

const listing = (self) => {
  const live = self.live();
  let number = 1;
  const cards = live.map((one) => {
    const made = card(self, one, number);
    number += one.versions[0].marks.length;
    return made;
  });
  const how = self.data.may_edit ? "Nothing is marked. Add arrows, circles or a note: they lie over the picture and never change it." : "Nothing is marked on this picture.";
  const answer = self.told;
  const told = answer ? el("p", answer.is_kept ? "told" : "problem", icon(answer.is_kept ? "check" : "error"), answer.message) : null;
  return [el("h2", "", "Marks and notes"), told, live.length ? el("ol", "cards", ...cards) : el("p", "quiet", how), gone(self)].filter(Boolean);
};
