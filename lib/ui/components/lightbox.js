/* One picture over the whole screen, with what is known of it beside it. Nothing is fetched ahead:
   whatever is fetched counts as seen, so a preview is asked for when somebody rests on it. */
const REST_BEFORE_FETCH = 160;

const factsOf = (tile) => {
  const facts = [
    ["Taken", said(tile.day, tile.time).join(" ")],
    ["Date from", tile.source],
    ["Treatment", tile.treatment],
    ["Practitioner", tile.practitioner],
    ["View", capital(viewOf(tile))],
    ["Stage", capital(tile.stage)],
    ["Area", capital(tile.area)],
    ["Note", tile.note],
    ["Original", tile.size],
    ["Brought in", tile.recorded],
    ["Removed", tile.removed],
  ];
  const list = el("dl");
  for (const [label, value] of facts) if (value) list.append(el("dt", "", label), el("dd", "", value));
  return list;
};

const lightbox = (desk, ways) => {
  const stage = el("div", "stage");
  const side = el("div", "side");
  const counter = el("span", "counter");
  const percent = el("span", "percent");
  const title = el("h2", "hidden");
  title.id = "lightbox-title";
  const spoken = el("div", "hidden");
  spoken.setAttribute("role", "status");
  const box = el("dialog", "lightbox");
  box.setAttribute("aria-labelledby", title.id);
  const self = { at: -1, tiles: [], purpose: "record", timer: 0 };

  const look = viewer(stage, (scale) => {
    percent.textContent = `${Math.round(scale * 100)} %`;
    out.disabled = fit.disabled = scale <= 1.001;
    near.disabled = scale >= MOST_ZOOM;
  }, true);
  const near = shapely("Zoom in", "zoom_in", () => look.zoomBy(STEP));
  const out = shapely("Zoom out", "zoom_out", () => look.zoomBy(1 / STEP));
  const fit = shapely("Fit to the screen", "fit_screen", () => look.reset());
  const zooms = el("div", "zooms", out, percent, near, fit);
  zooms.setAttribute("role", "group");
  zooms.setAttribute("aria-label", "Zoom");
  const close = shapely("Close", "close", () => box.close(), "close");
  const before = shapely("Previous picture", "chevron_left", () => self.step(-1), "before");
  const after = shapely("Next picture", "chevron_right", () => self.step(1), "after");
  box.append(title, el("div", "bar", counter, zooms, close), el("div", "scene", before, stage, after), side, spoken);
  desk.append(box);

  const drawPhotograph = (tile, small) => {
    const picture = el("img", "whole");
    picture.draggable = false;
    picture.alt = altOf(tile);
    const broken = failed("This picture could not be shown. Close it and open it again.");
    // The thumbnail is there already; it stands in until the preview is.
    if (small?.complete && small.naturalWidth) picture.src = small.src;
    picture.classList.add("coming");
    const ratio = tile.width / tile.height || 1;
    picture.style.aspectRatio = String(ratio);
    picture.style.setProperty("--ratio", String(ratio));
    const sharp = new Image();
    sharp.addEventListener("load", () => {
      picture.src = sharp.src;
      picture.classList.remove("coming");
    });
    sharp.addEventListener("error", () => {
      picture.classList.remove("coming");
      broken.hidden = false;
    });
    self.timer = window.setTimeout(() => {
      sharp.src = address(tile, "preview", self.purpose);
    }, REST_BEFORE_FETCH);
    stage.replaceChildren(picture, broken);
    look.take(picture);
  };
  const drawVideo = (tile) => {
    if (!tile.hasStream) {
      const why = failed(tile.fault || "This video is still being made ready to play. Come back in a minute.");
      why.hidden = false;
      stage.replaceChildren(why);
    } else {
      const video = videoOf(tile, self.purpose, "preview");
      const broken = failed("This video could not be played. Close it and open it again.");
      video.addEventListener("error", () => {
        broken.hidden = false;
      });
      stage.replaceChildren(video, broken);
    }
    look.take(null);
  };

  self.show = (at) => {
    window.clearTimeout(self.timer);
    const tile = self.tiles[at];
    if (!tile) return;
    self.at = at;
    const isVideo = tile.kind === "video";
    zooms.hidden = isVideo;
    (isVideo ? drawVideo : drawPhotograph)(tile, ways.thumbnail(tile.id));
    counter.textContent = `${at + 1} of ${self.tiles.length}`;
    title.textContent = altOf(tile);
    spoken.textContent = `${counter.textContent}: ${altOf(tile)}`;
    before.disabled = at === 0;
    after.disabled = at === self.tiles.length - 1;
    const heading = el("h3", "", capital(viewOf(tile)) || "View not said");
    side.replaceChildren(...said(tile.banner ? bannerOf(tile.banner) : null), heading);
    if (tile.isGuess) side.append(mark({ word: "View and stage are a guess", icon: "help", tone: "warn" }));
    side.append(factsOf(tile));
    const buttons = el("div", "buttons", ...ways.buttons(tile, () => self.show(self.at)));
    side.append(buttons);
  };
  self.step = (by) => {
    const held = box.getRootNode().activeElement;
    self.show(clamp(self.at + by, 0, self.tiles.length - 1));
    // A button that leads no further would drop the focus.
    if (held?.disabled || !box.contains(box.getRootNode().activeElement)) close.focus();
  };
  self.open = (tiles, at, purpose) => {
    Object.assign(self, { tiles, purpose });
    box.showModal();
    self.show(at);
    close.focus();
  };
  self.isOpen = () => box.open;
  self.close = () => box.close();
  box.addEventListener("close", () => {
    window.clearTimeout(self.timer);
    stage.replaceChildren();
    ways.closed(self.tiles[self.at]);
  });
  // A browser lets Tab go on from a dialog to its own buttons: here it comes round again.
  const comeRound = (event) => {
    const stops = [...box.querySelectorAll("button, video, [href]")].filter((one) => !one.disabled && one.offsetParent !== null);
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const held = box.getRootNode().activeElement;
    if (held !== (event.shiftKey ? first : last)) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  };
  box.addEventListener("keydown", (event) => {
    // Keys are of the box alone while it is open; a video has its own arrows.
    event.stopPropagation();
    if (event.key === "Tab") comeRound(event);
    if (event.target.tagName === "VIDEO" || look.key(event)) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    self.step(steps[event.key]);
  });
  return self;
};
