/* One picture on a page of its own, to look at closely; a video with its controls. */
const memory = new WeakMap();

const zooms = (look) => {
  const percent = el("span", "percent");
  const near = shapely("Zoom in", "zoom_in", () => look().zoomBy(STEP));
  const out = shapely("Zoom out", "zoom_out", () => look().zoomBy(1 / STEP));
  const fit = shapely("Fit", "fit_screen", () => look().reset());
  const made = el("div", "zooms", out, percent, near, fit);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", "Zoom");
  const changed = (scale) => {
    percent.textContent = `${Math.round(scale * 100)} %`;
    out.disabled = fit.disabled = scale <= 1.001;
    near.disabled = scale >= MOST_ZOOM;
  };
  return [made, changed];
};

const picture = (tile, purpose) => {
  const stage = el("div", "stage loading");
  let look = null;
  const [bar, changed] = zooms(() => look);
  look = viewer(stage, changed);
  const image = el("img", "whole");
  image.draggable = false;
  image.alt = altOf(tile);
  stage.style.setProperty("--ratio", String(tile.width / tile.height || 1));
  image.style.aspectRatio = `${tile.width} / ${tile.height}`;
  const broken = failed("This picture could not be shown. Load the page again.");
  image.addEventListener("load", () => stage.classList.remove("loading"));
  image.addEventListener("error", () => {
    stage.classList.remove("loading");
    image.hidden = true;
    bar.hidden = true;
    broken.hidden = false;
  });
  image.src = address(tile, "preview", purpose);
  stage.append(image, broken);
  stage.tabIndex = 0;
  stage.setAttribute("role", "group");
  stage.setAttribute("aria-label", `${altOf(tile)}. Plus and minus zoom, arrow keys move, 0 fits.`);
  stage.addEventListener("keydown", look.key);
  look.take(image);
  return [bar, stage];
};

const video = (tile, purpose) => {
  const stage = el("div", "stage");
  stage.style.setProperty("--ratio", String(tile.width / tile.height || 16 / 9));
  if (tile.hasStream) {
    const made = videoOf(tile, purpose, "preview");
    const broken = failed("This video could not be played. Load the page again.");
    made.addEventListener("error", () => {
      broken.hidden = false;
    });
    stage.append(made, broken);
  } else {
    const why = failed(tile.fault || "This video is still being made ready to play. Load the page again in a minute.");
    why.hidden = false;
    stage.append(why);
  }
  return [stage];
};

export default function ({ data, parentElement }) {
  const desk = parentElement.querySelector(".desk");
  const shown = JSON.stringify(data);
  if (memory.get(parentElement) === shown) return;
  memory.set(parentElement, shown);
  const tile = { ...BLANK, ...data.tile, day: data.day };
  desk.replaceChildren(...(tile.kind === "video" ? video : picture)(tile, data.purpose));
}
