/* Laying one picture over another, by the convention of lib/domain/alignment.py: points are
   fractions of width and height, pixels are those times the size, x' = a x - b y + dx and
   y' = b x + a y + dy. A test holds both to the same figures. */
const pixels = (points, [width, height]) => points.map(([x, y]) => [x * width, y * height]);

// What lays the second picture (its pixels) over the first (its pixels).
const similarity = (points, first, second) => {
  const [to, toOther] = pixels(points.first, first);
  const [from, fromOther] = pixels(points.second, second);
  const [x, y] = [fromOther[0] - from[0], fromOther[1] - from[1]];
  const [wantedX, wantedY] = [toOther[0] - to[0], toOther[1] - to[1]];
  const square = x * x + y * y;
  const a = (wantedX * x + wantedY * y) / square;
  const b = (wantedY * x - wantedX * y) / square;
  return { a, b, dx: to[0] - (a * from[0] - b * from[1]), dy: to[1] - (b * from[0] + a * from[1]) };
};

const SAME = { a: 1, b: 0, dx: 0, dy: 0 };
const applied = (map, [x, y]) => [map.a * x - map.b * y + map.dx, map.b * x + map.a * y + map.dy];
// First the inner, then the outer.
const after = (outer, inner) => {
  const [dx, dy] = applied(outer, [inner.dx, inner.dy]);
  return { a: outer.a * inner.a - outer.b * inner.b, b: outer.b * inner.a + outer.a * inner.b, dx, dy };
};
const inverse = ({ a, b, dx, dy }) => {
  const square = a * a + b * b;
  return { a: a / square, b: -b / square, dx: -(a * dx + b * dy) / square, dy: (b * dx - a * dy) / square };
};
const asMatrix = ({ a, b, dx, dy }) => `matrix(${a}, ${b}, ${-b}, ${a}, ${dx}, ${dy})`;

// How a frame of a picture is drawn in a pane: fitted in its middle, then as the view says, whose
// x and y are the fractions of the frame that lie in the pane's middle.
const fitted = (frame, pane, view) => {
  const [width, height] = [frame.right - frame.left, frame.bottom - frame.top];
  const scale = Math.min(pane.width / width, pane.height / height) * view.zoom;
  return {
    a: scale,
    b: 0,
    dx: pane.width / 2 - (frame.left + view.x * width) * scale,
    dy: pane.height / 2 - (frame.top + view.y * height) * scale,
  };
};

// How much brighter the second must be to match the first; as lib/domain/brightness.py says.
const LEAST_GAIN = 0.5;
const MOST_GAIN = 2;
const gainOf = (first, second) => (second > 0 ? Math.min(Math.max(first / second, LEAST_GAIN), MOST_GAIN) : 1);
