/* Marks over a picture, drawn from fractions of it: dark under bright, so that they are seen on any
   skin. An ink is told by its stroke as well as by its colour, a mark by its number. */
const SVG = "http://www.w3.org/2000/svg";
const WIDE = 1000;
const INKS = { amber: "unbroken", sky: "dashes", rose: "dots", white: "dashes and dots" };
const HEAD = 26;

const vector = (tag, attributes) => {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};
const boxOf = (points) => {
  const across = points.map((one) => one[0]);
  const down = points.map((one) => one[1]);
  return [Math.min(...across), Math.min(...down), Math.max(...across), Math.max(...down)];
};
// Where the number of a mark stands: an ellipse's on its upper edge, any other's at its first point.
const anchorOf = (mark) => {
  if (mark.shape !== "ellipse") return mark.points[0];
  const [left, top, right] = boxOf(mark.points);
  return [(left + right) / 2, top];
};
const traced = (mark, high) => {
  const places = mark.points.map(([x, y]) => [x * WIDE, y * high]);
  const line = `M${places.map((one) => one.map((value) => value.toFixed(1)).join(" ")).join("L")}`;
  if (mark.shape === "ellipse") {
    const [left, top, right, bottom] = boxOf(places);
    const [across, down] = [(right - left) / 2, (bottom - top) / 2];
    return { stroke: `M${left} ${top + down}a${across} ${down} 0 1 0 ${right - left} 0a${across} ${down} 0 1 0 ${left - right} 0`, head: "" };
  }
  if (mark.shape !== "arrow") return { stroke: line, head: "" };
  const [[fromX, fromY], [toX, toY]] = places;
  const turn = Math.atan2(toY - fromY, toX - fromX);
  const barb = (side) => [toX - HEAD * Math.cos(turn + side), toY - HEAD * Math.sin(turn + side)].map((value) => value.toFixed(1)).join(" ");
  return { stroke: line, head: `M${barb(0.5)}L${toX.toFixed(1)} ${toY.toFixed(1)}L${barb(-0.5)}` };
};
// One mark: what is seen, and a wide unseen stroke that fingers hit.
const drawn = (mark, high, classes = "") => {
  const whole = vector("g", { class: `ink ${mark.ink} ${classes}`.trim() });
  if (mark.shape === "text" || mark.points.length < 2) return whole;
  const { stroke, head } = traced(mark, high);
  for (const [kind, path] of [["under", stroke], ["under", head], ["over", stroke], ["over head", head], ["hit", stroke]]) {
    if (path) whole.append(vector("path", { class: kind, d: path }));
  }
  return whole;
};
// A sample of an ink for a button: the stroke itself.
const sample = (ink) => {
  const made = vector("svg", { class: `sample ink ${ink}`, viewBox: "0 0 44 12", "aria-hidden": "true" });
  for (const kind of ["under", "over"]) made.append(vector("path", { class: kind, d: "M4 6L40 6" }));
  return made;
};

// Fewer points for the same line (Ramer, Douglas and Peucker), so that a long one can be kept.
const MOST_POINTS = 300;
const simpler = (points, slack = 0.0012) => {
  const keep = new Set([0, points.length - 1]);
  const parts = [[0, points.length - 1]];
  while (parts.length) {
    const [from, to] = parts.pop();
    const [[ax, ay], [bx, by]] = [points[from], points[to]];
    const long = Math.hypot(bx - ax, by - ay) || 1e-9;
    let [far, place] = [0, -1];
    for (let at = from + 1; at < to; at += 1) {
      const [x, y] = points[at];
      const isRound = long < 1e-6;
      const off = isRound ? Math.hypot(x - ax, y - ay) : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / long;
      if (off > far) [far, place] = [off, at];
    }
    if (far > slack) {
      keep.add(place);
      parts.push([from, place], [place, to]);
    }
  }
  const kept = points.filter((_, place) => keep.has(place));
  return kept.length > MOST_POINTS ? simpler(points, slack * 2) : kept;
};
