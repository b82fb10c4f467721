/* What a picture is called and where it is fetched: addresses are made from ids, never sent. */
// What Python leaves out of a picture because nothing is known of it.
const BLANK = { view: "", expression: "", stage: "", area: "", note: "", time: "", source: "", size: "", recorded: "", removed: "", marks: "", length: "", fault: "", isGuess: false, hasStream: false };
const address = (tile, rendition, purpose) => `/media-store/${tile.id}/${rendition}?for=${encodeURIComponent(purpose)}`;
const said = (...parts) => parts.filter(Boolean);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const viewOf = (tile) => said(tile.view, tile.expression).join(", ");
// Says what is known of the picture, and never whose it is.
const altOf = (tile) =>
  said(capital(tile.kind), viewOf(tile) || "view not said", tile.stage, tile.area, tile.length, tile.day, tile.isGuess ? "view and stage are a guess" : "", tile.removed ? "removed" : "").join(", ");

// Whose the pictures are: who looks closely must see that too.
const bannerOf = (who, name = el("span", "name", who.name)) => {
  const line = el("div", "facts");
  for (const [label, value] of who.facts) line.append(el("span", "", el("span", "quiet", `${label} `), el("b", "", value)));
  const made = el("div", "banner", el("div", "", name), line);
  for (const each of who.marks) made.firstChild.append(" ", mark(each));
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", `Patient: ${who.name}`);
  return made;
};

const button = (label, shape, act, classes = "") => {
  const made = el("button", classes, icon(shape), el("span", "", label));
  made.type = "button";
  made.addEventListener("click", act);
  return made;
};
// A button that shows a shape alone; its name is read out and shown when the mouse rests on it.
const shapely = (label, shape, act, classes = "") => {
  const made = el("button", `shape ${classes}`.trim(), icon(shape));
  made.type = "button";
  made.title = label;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
};

const failed = (text) => {
  const made = el("div", "failed", icon("broken_image"), el("span", "", text));
  made.hidden = true;
  return made;
};

// A video is fetched when somebody plays it: until then its poster stands for it.
const videoOf = (tile, purpose, poster) => {
  const made = document.createElement("video");
  made.controls = true;
  made.preload = "none";
  made.playsInline = true;
  made.poster = address(tile, poster, purpose);
  made.src = address(tile, "stream", purpose);
  made.setAttribute("aria-label", altOf(tile));
  return made;
};
