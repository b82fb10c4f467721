/* One file: chosen or dropped, sent past Streamlit, shown with what became of it. Its name stays in
   the browser: people name scans after patients. */
const LOST = "The connection was lost. Try again.";
const KINDS = { scan: ["Scan", "description"], email: ["Email", "mail"], note: ["Text", "notes"] };
const memory = new WeakMap();

const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

class Evidence {
  constructor(desk) {
    this.desk = desk;
    this.file = null;
    this.leaving = (event) => { if (this.request) event.preventDefault(); };
    this.input = el("input", "hidden");
    this.input.type = "file";
    this.input.id = "evidence";
    this.input.setAttribute("aria-describedby", "evidence-hint");
    this.input.addEventListener("change", () => { this.choose(this.input.files); this.input.value = ""; });
    this.label = el("label", "button", icon("attach_file"), el("span"));
    this.label.htmlFor = "evidence";
    this.hint = el("p", "quiet");
    this.hint.id = "evidence-hint";
    this.zone = el("div", "zone", this.input, this.label, el("span", "quiet or", "or drop it here"), this.hint);
    for (const kind of ["dragenter", "dragover"]) this.zone.addEventListener(kind, (event) => { event.preventDefault(); this.zone.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) this.zone.addEventListener(kind, (event) => { event.preventDefault(); this.zone.classList.remove("over"); });
    this.zone.addEventListener("drop", (event) => this.choose(event.dataTransfer.files));
    this.there = el("div", "there");
    this.why = el("p", "why");
    this.why.setAttribute("role", "alert");
    this.said = el("span", "hidden");
    this.said.setAttribute("role", "status");
    desk.replaceChildren(this.zone, this.there, this.why, this.said);
  }

  take(data, tell) {
    this.data = data;
    this.tell = tell;
    this.input.accept = data.accept;
    this.label.lastChild.textContent = data.label;
    this.hint.textContent = data.hint;
    if (this.token !== data.token) {
      this.token = data.token;
      this.request?.abort();
      Object.assign(this, { file: null, request: null, fault: "" });
    }
    this.draw();
  }

  choose(files) {
    if (!files.length || this.request) return;
    if (files.length > 1) return this.refuse("Drop one file at a time.");
    if (files[0].size > this.data.most) return this.refuse(this.data.too_large);
    this.send(files[0]);
  }

  send(file) {
    const request = (this.request = new XMLHttpRequest());
    Object.assign(this, { name: file.name, fault: "", sent: 0 });
    window.addEventListener("beforeunload", this.leaving);
    const over = (fault) => { this.end(); this.refuse(fault); };
    request.upload.onprogress = (event) => { if (this.bar && event.lengthComputable) this.bar.value = event.loaded / event.total; };
    request.onerror = request.ontimeout = () => over(LOST);
    request.onabort = () => { this.end(); this.draw(); };
    request.onload = () => {
      let said = {};
      try { said = JSON.parse(request.responseText); } catch { /* not from us: a proxy, or nothing */ }
      if (request.status !== 201) return over(said.message || LOST);
      this.end();
      this.file = { ...said, token: this.token };
      this.say("The file is here. It is kept once you save.");
      this.tell("file", this.file);
      this.draw();
      this.there.querySelector("button")?.focus();
    };
    request.open("POST", this.data.address);
    request.send(file);
    this.draw();
  }

  end() {
    this.request = null;
    window.removeEventListener("beforeunload", this.leaving);
  }

  refuse(fault) {
    this.fault = fault;
    this.draw();
  }

  remove() {
    const request = new XMLHttpRequest();
    request.open("DELETE", this.data.address.replace(/new$/, this.file.evidence));
    request.send();
    this.file = null;
    this.say("The file was removed.");
    this.tell("file", null);
    this.draw();
    this.input.focus();
  }

  say(words) {
    this.said.textContent = words;
  }

  draw() {
    this.zone.hidden = Boolean(this.file || this.request);
    this.why.textContent = this.fault || "";
    this.why.hidden = !this.fault;
    this.there.hidden = !this.zone.hidden;
    if (this.there.hidden) return;
    this.there.replaceChildren(...(this.file ? this.arrived() : this.coming()));
  }

  coming() {
    this.bar = document.createElement("progress");
    this.bar.max = 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", "Uploading the file");
    return [icon("upload"), el("span", "name", this.name), this.bar, this.button("Cancel", "close", () => this.request?.abort())];
  }

  arrived() {
    const [word, shape] = KINDS[this.file.kind] || KINDS.scan;
    const name = el("span", "name", this.name || word);
    return [mark({ word, icon: shape, tone: "good" }), name, el("span", "quiet", size(this.file.bytes)), this.button("Remove", "delete", () => this.remove())];
  }

  button(label, shape, does) {
    const made = el("button", "act", icon(shape), el("span", "", label));
    made.type = "button";
    made.addEventListener("click", does);
    return made;
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const desk = parentElement.querySelector(".desk");
  const self = memory.get(parentElement) || new Evidence(desk);
  memory.set(parentElement, self);
  self.take(data, setStateValue);
  return () => {
    memory.delete(parentElement);
    self.request?.abort();
  };
}
