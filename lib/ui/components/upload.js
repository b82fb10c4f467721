/* Bringing files in: chosen or dropped, two at a time, each with its progress, and what went in
   below, to be corrected. Names of files stay in the browser: they may hold a patient's. */
const MOST_AT_ONCE = 2;
const WAITING = "waiting", SENDING = "sending", TAKING = "taking", IN = "in", REFUSED = "refused", FAILED = "failed", CANCELLED = "cancelled";
const WORDS = { [WAITING]: "Waiting", [SENDING]: "Uploading", [TAKING]: "Preparing", [IN]: "In the record", [REFUSED]: "Not taken in", [FAILED]: "Did not arrive", [CANCELLED]: "Cancelled" };
const SHAPES = { [WAITING]: ["schedule", "plain"], [SENDING]: ["upload", "info"], [TAKING]: ["hourglass_top", "info"], [IN]: ["check_circle", "good"], [REFUSED]: ["block", "alert"], [FAILED]: ["error", "warn"], [CANCELLED]: ["cancel", "plain"] };
const LOST = "The connection was lost. Try again.";
const memory = new WeakMap();

const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
const busy = (one) => [WAITING, SENDING, TAKING].includes(one.state);

const send = (method, address, body, watch) => {
  const request = new XMLHttpRequest();
  const answer = new Promise((resolve) => {
    const over = (message) => resolve({ ok: false, again: true, message });
    request.onerror = () => over(LOST);
    request.ontimeout = () => over(LOST);
    request.onabort = () => resolve({ ok: false, aborted: true });
    request.onload = () => {
      let said = {};
      try { said = JSON.parse(request.responseText); } catch { /* not from us: a proxy, or nothing */ }
      const ok = request.status >= 200 && request.status < 300;
      resolve({ ok, said, message: said.message || LOST, again: ![403, 404, 413, 422].includes(request.status) });
    };
  });
  if (watch) request.upload.onprogress = watch;
  request.open(method, address);
  request.send(body);
  return { request, answer };
};

class Intake {
  constructor(desk) {
    this.desk = desk;
    this.queue = [];
    this.chosen = new Set();
    this.shown = "";
    this.leaving = (event) => { if (this.queue.some(busy)) event.preventDefault(); };
    this.build();
  }

  build() {
    this.input = el("input", "hidden");
    this.input.type = "file";
    this.input.multiple = true;
    this.input.id = "files";
    this.input.addEventListener("change", () => { this.add([...this.input.files]); this.input.value = ""; });
    const label = this.button = el("label", "button primary", icon("add_photo_alternate"), el("span", "", "Choose photographs or video"));
    label.htmlFor = "files";
    this.hint = el("p", "quiet", "");
    this.hint.id = "hint";
    this.input.setAttribute("aria-describedby", "hint");
    this.camera = el("button", "button", icon("photo_camera"), el("span", "", "Take a picture"));
    this.camera.type = "button";
    this.camera.addEventListener("click", () => this.tell("camera", true));
    const ways = el("div", "ways", label, this.camera);
    this.zone = el("div", "zone", this.input, ways, el("p", "or", "or drop files here"), this.hint);
    for (const kind of ["dragenter", "dragover"]) this.zone.addEventListener(kind, (event) => { event.preventDefault(); this.zone.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) this.zone.addEventListener(kind, (event) => { event.preventDefault(); this.zone.classList.remove("over"); });
    this.zone.addEventListener("drop", (event) => this.add([...event.dataTransfer.files]));
    this.summary = el("p", "summary");
    this.summary.setAttribute("role", "status");
    this.files = el("ul", "files");
    this.files.setAttribute("aria-label", "Files being brought in");
    this.came = el("section", "came");
    this.desk.replaceChildren(this.zone, this.summary, this.files, this.came);
  }

  take(data, tell) {
    this.data = data;
    this.tell = tell;
    this.input.accept = data.accept;
    this.hint.textContent = data.hint;
    this.draw();
    this.drawRows();
  }

  add(files) {
    for (const file of files) {
      // What was asked for when it was chosen holds for it, whatever is chosen later.
      const { treatment, batch } = this.data;
      this.queue.push({ file, state: WAITING, sent: 0, treatment, batch, message: "" });
    }
    this.chosenAny = true;
    this.go();
  }

  go() {
    const active = this.queue.filter((one) => one.state === SENDING || one.state === TAKING).length;
    for (const one of this.queue.filter((each) => each.state === WAITING).slice(0, MOST_AT_ONCE - active)) this.bring(one);
    const over = this.queue.some(busy);
    window[over ? "addEventListener" : "removeEventListener"]("beforeunload", this.leaving);
    // Leaving the screen would break off what is coming in.
    this.camera.disabled = over;
    this.draw();
  }

  async bring(one) {
    if (!one.upload && !(await this.upload(one))) return this.go();
    one.state = TAKING;
    this.draw();
    const order = JSON.stringify({ uploads: [one.upload], treatment: one.treatment, ground: this.data.ground });
    const { ok, said, message, again } = await send("POST", `${this.data.address}/batch/${one.batch}`, order).answer;
    const file = ok ? said.files[0] : null;
    if (file) {
      one.state = file.outcome === "in" ? IN : REFUSED;
      one.message = file.sentence || "";
    } else Object.assign(one, { state: again ? FAILED : REFUSED, message });
    this.go();
    if (one.state === IN) this.arrived();
  }

  async upload(one) {
    const { data } = this;
    const most = one.file.type.startsWith("image/") ? data.most_of_picture : data.most_of_video;
    if (one.file.size > most) {
      Object.assign(one, { state: REFUSED, message: `This file has more than ${size(most).replace(".0", "")}. ${data.too_large}` });
      return false;
    }
    one.state = SENDING;
    this.draw();
    const address = data.ground ? `${data.address}?ground=${encodeURIComponent(data.ground)}` : data.address;
    const sent = send("POST", address, one.file, (event) => this.progress(one, event));
    one.request = sent.request;
    const { ok, said, aborted, message, again } = await sent.answer;
    one.request = null;
    if (ok) {
      one.upload = said.upload;
      if (one.state !== CANCELLED) return true;
      send("DELETE", `${data.address}/${one.upload}`, null);
      one.upload = null;
      return false;
    }
    if (!aborted) Object.assign(one, { state: again ? FAILED : REFUSED, message });
    return false;
  }

  progress(one, event) {
    one.sent = event.lengthComputable ? event.loaded / event.total : 0;
    if (one.bar) one.bar.value = one.sent;
    if (one.sent >= 1 && one.word) one.word.textContent = "Arriving";
  }

  // Several that go in within a moment are told of once.
  arrived() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell("arrived", Date.now()), this.queue.some(busy) ? 1200 : 60);
  }

  cancel(one) {
    one.state = CANCELLED;
    if (one.request) one.request.abort();
    this.go();
  }

  again(one) {
    Object.assign(one, { state: WAITING, sent: 0, message: "" });
    this.go();
  }

  draw() {
    const rows = new Set(this.data.rows.map((row) => row.id));
    // What is in is shown below, once the record has said so.
    const left = this.queue.filter((one) => !(one.state === IN && rows.has(one.upload)));
    const focused = this.desk.getRootNode().activeElement;
    const place = focused?.dataset?.place;
    this.files.replaceChildren(...left.map((one) => this.file(one)));
    this.files.hidden = !left.length;
    if (place !== undefined && !focused.isConnected) this.files.querySelector(`[data-place="${place}"]`)?.focus();
    const said = this.said();
    if (this.summary.textContent !== said) this.summary.textContent = said;
    this.summary.hidden = !said;
  }

  said() {
    const number = (state) => this.queue.filter((one) => one.state === state).length;
    const parts = [];
    const coming = this.queue.filter(busy).length;
    if (coming) parts.push(`${count(coming, "file is", "files are")} coming in`);
    if (number(IN)) parts.push(`${number(IN)} went in`);
    if (number(REFUSED)) parts.push(`${number(REFUSED)} refused`);
    if (number(FAILED)) parts.push(`${number(FAILED)} did not arrive`);
    return parts.length ? `${parts.join(", ")}.` : "";
  }

  file(one) {
    const place = this.queue.indexOf(one);
    const name = el("span", "name", one.file.name);
    const [shape, tone] = SHAPES[one.state];
    const state = mark({ word: WORDS[one.state], icon: shape, tone });
    one.word = state.lastChild;
    const made = el("li", `file ${one.state}`, el("div", "what", name, el("span", "quiet", size(one.file.size))), state);
    one.bar = null;
    if (one.state === SENDING || one.state === TAKING) {
      const bar = document.createElement("progress");
      bar.max = 1;
      if (one.state === SENDING) { bar.value = one.sent; one.bar = bar; }
      bar.setAttribute("aria-label", `${WORDS[one.state]} ${one.file.name}`);
      made.append(bar);
    }
    if (one.message) made.append(el("p", "why", one.message));
    const act = (label, shape_, does) => {
      const button = el("button", "act", icon(shape_), el("span", "", label));
      button.type = "button";
      button.dataset.place = String(place);
      button.setAttribute("aria-label", `${label}: ${one.file.name}`);
      button.addEventListener("click", does);
      made.append(button);
    };
    if (one.state === WAITING || one.state === SENDING) act("Cancel", "close", () => this.cancel(one));
    if (one.state === FAILED || one.state === CANCELLED) act("Try again", "refresh", () => this.again(one));
    return made;
  }

  drawRows() {
    const { rows, token } = this.data;
    const shown = JSON.stringify([rows, token]);
    if (shown === this.shown) return;
    this.shown = shown;
    const there = new Set(rows.map((row) => row.id));
    for (const id of this.chosen) if (!there.has(id)) this.chosen.delete(id);
    const focused = this.desk.getRootNode().activeElement;
    const name = focused?.dataset?.name;
    this.came.hidden = !rows.length;
    // One thing at a time is what the screen is for: more files, or what is to be confirmed.
    this.button.classList.toggle("primary", !rows.some((row) => row.is_guessed));
    if (rows.length) this.came.replaceChildren(this.head(), this.table(), this.acts());
    if (name) this.came.querySelector(`[data-name="${name}"]`)?.focus();
  }

  head() {
    const { rows } = this.data;
    const guessed = rows.filter((row) => row.is_guessed).length;
    const said = guessed ? "View and stage are guessed from the order and the protocol: correct what is wrong, then confirm." : "Everything here is confirmed.";
    return el("div", "head", el("h2", "", `What came in: ${count(rows.length, "picture", "pictures")}`), el("p", "quiet", said));
  }

  table() {
    const { rows } = this.data;
    const labels = ["Picture", "Taken", "View, expression and stage", "Treatment and area"];
    const head = el("tr", "", el("th", "tick", this.tickAll()));
    for (const label of labels) {
      const cell = el("th", "", label);
      cell.scope = "col";
      head.append(cell);
    }
    const body = el("tbody", "", ...rows.map((row, place) => this.row(row, place)));
    const scroll = el("div", "scroll", el("table", "", el("thead", "", head), body));
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "What came in");
    return scroll;
  }

  tickAll() {
    const { rows } = this.data;
    const box = this.tick("every picture", rows.every((row) => this.chosen.has(row.id)), (is) => {
      this.chosen = new Set(is ? rows.map((row) => row.id) : []);
    });
    box.dataset.name = "all";
    return box;
  }

  tick(what, is, does) {
    const box = el("input");
    box.type = "checkbox";
    box.checked = is;
    box.setAttribute("aria-label", `Select ${what}`);
    box.addEventListener("change", () => {
      does(box.checked);
      this.shown = "";
      this.drawRows();
    });
    return box;
  }

  row(row, place) {
    const named = `picture ${place + 1}`;
    const box = this.tick(named, this.chosen.has(row.id), (is) => this.chosen[is ? "add" : "delete"](row.id));
    box.dataset.name = `tick ${row.id}`;
    const picture = el("img");
    picture.src = row.thumbnail;
    picture.alt = row.alt;
    picture.loading = "lazy";
    picture.width = 72;
    picture.height = 72;
    const link = el("a", "thumb", picture);
    link.href = row.href;
    link.setAttribute("aria-label", `Open ${named}: ${row.alt}`);
    const one = this.queue.find((each) => each.upload === row.id);
    const first = el("td", "", el("div", "picture", link, el("span", "quiet file-name", one ? one.file.name : row.kind)));
    const taken = el("td", "taken", el("div", "", row.day), el("div", "quiet", row.source));
    for (const said of row.marks) taken.append(mark(said));
    if (one?.message) taken.append(el("p", "why", one.message));
    const says = el("div", "says", ...["view", "expression", "stage"].map((field) => this.choice(row, field, named)));
    if (row.is_guessed) says.append(el("span", "guess quiet", icon("help"), "Guess"));
    const rest = el("td", "", el("div", "", row.treatment || "No treatment"), el("div", "quiet", row.area || ""));
    return el("tr", this.chosen.has(row.id) ? "chosen" : "", el("td", "tick", box), first, taken, el("td", "", says), rest);
  }

  choice(row, field, named) {
    const list = document.createElement("select");
    list.dataset.name = `${field} ${row.id}`;
    list.setAttribute("aria-label", `${field[0].toUpperCase()}${field.slice(1)} of ${named}`);
    for (const [value, label] of [["", "Not said"], ...this.data.options[field]]) {
      const option = el("option", "", label);
      option.value = value;
      option.selected = value === (row[field] || "");
      list.append(option);
    }
    list.addEventListener("change", () => this.tell("say", { id: row.id, seen: row.version, field, value: list.value }));
    return list;
  }

  acts() {
    const { rows } = this.data;
    const ids = rows.map((row) => row.id).filter((id) => this.chosen.has(id));
    const of = ids.length ? `${ids.length} selected` : `all ${rows.length}`;
    const made = el("div", "acts");
    const act = (name, label, shape, classes = "") => {
      const button = el("button", `act ${classes}`, icon(shape), el("span", "", label));
      button.type = "button";
      button.dataset.name = name;
      button.addEventListener("click", () => this.tell("act", { act: name, ids: ids.length ? ids : rows.map((row) => row.id) }));
      made.append(button);
    };
    const wanted = rows.filter((row) => !ids.length || this.chosen.has(row.id));
    if (wanted.some((row) => row.is_guessed)) act("confirm", `Confirm ${of}`, "done_all", "primary");
    act("label", `Correct ${of}`, "edit");
    act("remove", `Remove ${of}`, "delete");
    return made;
  }

  stop() {
    window.removeEventListener("beforeunload", this.leaving);
    for (const one of this.queue) one.request?.abort();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const desk = parentElement.querySelector(".desk");
  const self = memory.get(parentElement) || new Intake(desk);
  memory.set(parentElement, self);
  self.take(data, setTriggerValue);
  return () => {
    memory.delete(parentElement);
    self.stop();
  };
}
