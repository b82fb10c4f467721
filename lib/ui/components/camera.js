/* The guided camera: what it sees with the earlier picture laid over it, the views that are wanted,
   and one press a picture. A picture goes in by the same way as a file, with what it shows said. */
const memory = new WeakMap();
// What a person set holds until the page is loaded again.
const set = { device: "", opacity: 40, isGhost: true, lines: "none" };
const HOLD = 5000;
const QUALITY = 0.92;
const SMALL = 160;
// How long a still of the camera's own is waited for; after that the frame is the picture.
const STILL = 6000;
// A picture of whatever it shows: nothing is said of its view, and none is asked for.
const ANY = { key: "", words: "any view", count: 0, ghost: null, isAny: true };
// More than any camera has: it then gives what it can.
const MOST = { width: { ideal: 4096 }, height: { ideal: 3072 } };
const FAULTS = {
  insecure: ["This connection is not secure", "A browser opens the camera only over https, or on the clinic's own machine. Open Juno Desk by its https address, or ask whoever looks after it."],
  refused: ["The camera is not allowed here", "The browser was told to refuse it. Choose the camera beside the address, allow it for this site, then try again."],
  none: ["No camera was found", "Connect one or switch it on, then try again. A tablet or a phone that is signed in here can be used as well."],
  busy: ["The camera is in use", "Another program or another tab has it. Close that, then try again."],
  ended: ["The camera went away", "It was unplugged, switched off or taken by another program. Connect it, then try again."],
  other: ["The camera could not be started", "Try again. If it stays so, take the pictures with a phone or a camera and add the files."],
};
const REASONS = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none", NotReadableError: "busy", AbortError: "busy" };
const facing = (label) => {
  if (/front|user|face/i.test(label)) return "Front camera";
  if (/back|rear|environment|world/i.test(label)) return "Back camera";
  return "";
};

const start = (desk, root) => {
  const self = { desk, data: null, stage: "", current: "", pictures: [], stream: null, state: "off", devices: [], extra: [], ask: {}, isOver: false };
  self.video = document.createElement("video");
  Object.assign(self.video, { autoplay: true, muted: true, playsInline: true });
  self.video.setAttribute("aria-label", "What the camera sees");
  self.ghost = document.createElement("img");
  self.ghost.alt = "";
  self.ghost.className = "ghost";
  self.lines = el("div", "lines");
  self.cover = el("div", "cover");
  self.flash = el("div", "flash");
  self.frame = el("div", "frame", self.video, self.ghost, self.lines, self.flash, self.cover);
  self.said = el("div", "said hidden");
  self.said.setAttribute("role", "status");
  self.say = (text) => {
    self.said.textContent = text;
  };
  self.head = el("div", "head");
  self.foot = el("div", "foot");
  self.side = el("div", "side");
  desk.replaceChildren(el("div", "capture", el("div", "main", self.head, self.frame, self.foot), self.side), self.said);

  // The views of the stage that is chosen, those that a person added to them, and any other.
  self.shots = () => [...(self.data.stages.find((one) => one.stage === self.stage)?.shots ?? []), ...self.extra.filter((one) => one.stage === self.stage), ANY];
  self.shot = () => self.shots().find((one) => one.key === self.current) ?? self.shots()[0];
  self.own = (shot, stage = self.stage) => self.pictures.filter((one) => one.shot === shot.key && one.stage === stage && one.series === self.data.series);
  self.isDone = (shot) => shot.count > 0 || self.own(shot).some((one) => one.status !== "failed");
  self.isMissing = (shot) => !shot.isAny && !self.isDone(shot);
  self.first = () => (self.shots().find(self.isMissing) ?? self.shots()[0]).key;
  self.go = (key) => {
    self.current = key;
    self.draw();
  };
  // The next view that is missing after the current one, from the top again at the end.
  self.onward = () => {
    const shots = self.shots();
    const at = shots.findIndex((one) => one.key === self.current);
    const next = shots[at]?.isAny ? shots[at] : [...shots.slice(at + 1), ...shots.slice(0, at + 1)].find(self.isMissing);
    if (next) self.current = next.key;
    return next;
  };

  self.open = async (device = set.device) => {
    self.close();
    if (!navigator.mediaDevices?.getUserMedia) {
      self.fail("insecure");
      return;
    }
    self.state = "starting";
    self.draw();
    try {
      const which = device ? { deviceId: { exact: device } } : { facingMode: { ideal: "environment" } };
      const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...which, ...MOST } });
      if (self.isOver) {
        stream.getTracks().forEach((one) => one.stop());
        return;
      }
      self.stream = stream;
      const [track] = stream.getVideoTracks();
      track.addEventListener("ended", () => self.stream === stream && self.fail("ended"));
      set.device = track.getSettings().deviceId ?? device;
      self.capture = await stills(track);
      self.video.srcObject = stream;
      await self.video.play();
      self.devices = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
      self.state = "on";
      self.draw();
      if (!self.held()) self.foot.querySelector(".take")?.focus({ preventScroll: true });
    } catch (error) {
      // A camera that was chosen before and is gone now: any other will do.
      if (device && REASONS[error.name] === "none") {
        set.device = "";
        await self.open("");
      } else self.fail(REASONS[error.name] ?? "other");
    }
  };
  self.close = () => {
    self.stream?.getTracks().forEach((one) => one.stop());
    self.stream = null;
    self.video.srcObject = null;
  };
  self.fail = (state) => {
    self.close();
    self.state = state;
    self.draw();
    self.say(FAULTS[state].join(". "));
  };
  // Who allowed the camera before is not asked to press a button for it again.
  self.begin = async () => {
    if (!navigator.mediaDevices?.getUserMedia) {
      self.fail("insecure");
      return;
    }
    try {
      const found = await navigator.permissions.query({ name: "camera" });
      if (found.state === "granted") await self.open();
    } catch {
      // A browser that cannot say what was allowed asks when the button is pressed.
    }
  };

  self.snap = (width) => {
    const canvas = document.createElement("canvas");
    const { videoWidth, videoHeight } = self.video;
    canvas.width = width ?? videoWidth;
    canvas.height = Math.round((canvas.width * videoHeight) / videoWidth);
    canvas.getContext("2d").drawImage(self.video, 0, 0, canvas.width, canvas.height);
    return canvas;
  };
  // The camera's own still, where it has more of the sensor than a frame of its film.
  self.still = async (frame) => {
    const kept = new Promise((resolve) => frame.toBlob(resolve, "image/jpeg", QUALITY));
    const capture = self.capture;
    if (!capture || capture.most <= frame.width * frame.height) return kept;
    self.isTaking = true;
    try {
      const photo = await within(STILL, capture.take());
      const { width, height } = await createImageBitmap(photo);
      return width * height > frame.width * frame.height ? photo : kept;
    } catch {
      // Not every camera that a browser names can do what it says.
      return kept;
    } finally {
      self.isTaking = false;
    }
  };
  self.take = () => {
    const shot = self.shot();
    if (self.state !== "on" || self.isTaking || !self.video.videoWidth) return;
    self.pictures.filter((one) => one.status === "held").forEach(self.send);
    const picture = { shot: shot.key, words: shot.words, stage: self.stage, series: self.data.series, status: "held", at: performance.now(), small: self.snap(SMALL).toDataURL("image/jpeg", 0.7), problem: "" };
    self.pictures.push(picture);
    self.still(self.snap()).then((blob) => {
      // One that is taken again meanwhile is never sent.
      if (!self.pictures.includes(picture)) return;
      picture.blob = blob;
      picture.timer = window.setTimeout(() => self.send(picture), self.isOver ? 0 : HOLD);
    });
    self.flash.classList.remove("on");
    void self.flash.offsetWidth;
    self.flash.classList.add("on");
    const next = self.onward();
    self.draw();
    self.say(shot.isAny ? "Taken." : next ? `Taken: ${shot.words}. Next: ${next.words}.` : `Taken: ${shot.words}. Every view of this stage is taken.`);
  };
  self.again = (picture) => {
    if (picture.status === "held" || picture.status === "failed") {
      window.clearTimeout(picture.timer);
      self.pictures = self.pictures.filter((one) => one !== picture);
    }
    self.current = picture.shot;
    self.stage = picture.stage;
    self.draw();
    self.foot.querySelector(".take")?.focus({ preventScroll: true });
    self.say(`Take again: ${picture.words}.`);
  };
  self.send = async (picture) => {
    window.clearTimeout(picture.timer);
    if (!picture.blob || picture.status === "sending") return;
    Object.assign(picture, { status: "sending", problem: "" });
    if (!self.isOver) self.draw();
    const { upload, batch, ground } = self.data;
    try {
      picture.upload ??= (await posted(`${upload}${ground ? `?ground=${encodeURIComponent(ground)}` : ""}`, picture.blob)).upload;
      const seconds = (performance.now() - picture.at) / 1000;
      const said = { shot: picture.shot, stage: picture.stage, seconds };
      const order = { uploads: [picture.upload], treatment: picture.series || null, ground: ground || null, said };
      const { files } = await posted(`${upload}/batch/${batch}`, JSON.stringify(order));
      const [file] = files;
      if (file.outcome !== "in") throw new Error(file.sentence);
      Object.assign(picture, { status: "kept", blob: null, problem: "" });
      self.ask.kept(picture.upload);
    } catch (error) {
      // What has ended at the other side is sent from the beginning.
      Object.assign(picture, { status: "failed", upload: undefined, problem: error instanceof TypeError ? "The clinic's server could not be reached." : error.message });
      self.say(`${picture.words} was not kept. ${picture.problem}`);
    }
    if (!self.isOver) self.draw();
  };
  self.waiting = () => self.pictures.some((one) => one.status !== "kept");

  self.held = () => desk.getRootNode().activeElement?.dataset?.key;
  self.draw = () => {
    const held = self.held();
    const shot = self.shot();
    self.frame.classList.toggle("on", self.state === "on");
    if (self.video.videoWidth) self.frame.style.setProperty("--ratio", String(self.video.videoWidth / self.video.videoHeight));
    const { ghost } = shot;
    if (ghost && self.ghost.getAttribute("src") !== ghost.src) self.ghost.src = ghost.src;
    self.ghost.hidden = !ghost || !set.isGhost || self.state !== "on";
    self.ghost.style.opacity = String(set.opacity / 100);
    self.lines.className = `lines ${set.lines}`;
    self.head.replaceChildren(...heading(self, shot));
    self.cover.replaceChildren(...covering(self));
    self.cover.hidden = self.state === "on";
    self.foot.replaceChildren(...controls(self, shot));
    self.side.replaceChildren(...wanted(self));
    if (held) desk.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  };

  self.video.addEventListener("resize", self.draw);
  self.onKey = (event) => {
    const [target] = event.composedPath();
    const isFree = !(target instanceof Element) || !target.closest("input, select, textarea, button, a, summary, [contenteditable], [role='combobox'], [role='menuitem'], [role='option']");
    if (event.repeat || !isFree || event.ctrlKey || event.metaKey || event.altKey || (event.key !== " " && event.key !== "Enter")) return;
    event.preventDefault();
    self.take();
  };
  self.onLeave = (event) => {
    if (self.waiting()) event.preventDefault();
  };
  self.onDevices = () => {
    if (self.state === "none" || self.state === "ended") self.open();
  };
  document.addEventListener("keydown", self.onKey);
  window.addEventListener("beforeunload", self.onLeave);
  navigator.mediaDevices?.addEventListener?.("devicechange", self.onDevices);
  // The screen is left: the camera's light goes out, and what was taken still goes in.
  self.end = () => {
    if (root.isConnected) return;
    self.isOver = true;
    self.close();
    document.removeEventListener("keydown", self.onKey);
    window.removeEventListener("beforeunload", self.onLeave);
    navigator.mediaDevices?.removeEventListener?.("devicechange", self.onDevices);
    self.pictures.filter((one) => one.status === "held").forEach(self.send);
  };
  return self;
};

// How large a camera's stills are, and taking one; null where a browser knows of none.
const stills = async (track) => {
  try {
    const capture = new ImageCapture(track);
    const { imageWidth, imageHeight } = await capture.getPhotoCapabilities();
    const size = { imageWidth: imageWidth.max, imageHeight: imageHeight.max };
    return { most: size.imageWidth * size.imageHeight, take: () => capture.takePhoto(size) };
  } catch {
    return null;
  }
};
const within = (milliseconds, work) => Promise.race([work, new Promise((_, reject) => setTimeout(reject, milliseconds))]);

const posted = async (address, body) => {
  const answer = await fetch(address, { method: "POST", body, credentials: "same-origin", cache: "no-store" });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.message || "The picture could not be kept. Try again.");
  return told;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const desk = parentElement.querySelector(".desk");
  const isNew = !memory.has(parentElement);
  const self = memory.get(parentElement) || start(desk, parentElement);
  memory.set(parentElement, self);
  const isOther = self.data?.series !== data.series;
  self.data = data;
  self.ask = Object.fromEntries(["kept", "files"].map((name) => [name, (value) => !self.isOver && setTriggerValue(name, value)]));
  if (isOther) {
    self.stage = data.stage;
    self.extra = [];
    self.current = data.is_any ? ANY.key : self.first();
  }
  self.draw();
  if (isNew) self.begin();
  return self.end;
}
