/* Setting the same two places on both pictures: by click or touch, or with a cross that arrow keys
   move and Enter sets. What is set can be moved until it is used; a loupe shows it closely. */
const SIDES = ["first", "second"];
const FINE = 0.002;
const COARSE = 0.01;
const LOUPE = 132;
const LOUPE_ZOOM = 3;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const moved = ([x, y], event) => {
  const [across, down] = ARROWS[event.key];
  const step = event.shiftKey ? FINE : COARSE;
  return [within(x + across * step, 0, 1), within(y + down * step, 0, 1)];
};
const spoken = ([x, y]) => `${(x * 100).toFixed(1)} % across, ${(y * 100).toFixed(1)} % down`;

const loupeOf = (made) => {
  const canvas = el("canvas", "loupe");
  canvas.width = canvas.height = LOUPE * 2;
  canvas.hidden = true;
  canvas.setAttribute("aria-hidden", "true");
  made.frame.append(canvas);
  const show = (fraction) => {
    const { image, size } = made.picture;
    if (!image.naturalWidth) return;
    const [x, y] = made.placeOf(fraction);
    const half = LOUPE / 2 / (LOUPE_ZOOM * made.transform.a);
    const grain = image.naturalWidth / size[0];
    const draw = canvas.getContext("2d");
    draw.fillStyle = "#0d1110";
    draw.fillRect(0, 0, canvas.width, canvas.height);
    draw.drawImage(image, (fraction[0] * size[0] - half) * grain, (fraction[1] * size[1] - half) * grain, 2 * half * grain, 2 * half * grain, 0, 0, canvas.width, canvas.height);
    for (const [colour, wide] of [["#000", 5], ["#fff", 2]]) {
      draw.strokeStyle = colour;
      draw.lineWidth = wide;
      draw.beginPath();
      draw.moveTo(LOUPE, LOUPE - 26);
      draw.lineTo(LOUPE, LOUPE + 26);
      draw.moveTo(LOUPE - 26, LOUPE);
      draw.lineTo(LOUPE + 26, LOUPE);
      draw.stroke();
    }
    canvas.hidden = false;
    // In the corner that is not looked at.
    canvas.classList.toggle("right", x < made.frame.clientWidth / 2);
    canvas.classList.toggle("low", y < made.frame.clientHeight / 2);
  };
  return { show, hide: () => (canvas.hidden = true) };
};

// Gives a pane what it needs to take points; `placing` has the points of both sides so far.
const takesPoints = (self, made, side) => {
  const { placing } = self;
  const loupe = loupeOf(made);
  const cross = el("div", "cross");
  cross.hidden = true;
  const pins = el("div", "pins");
  made.frame.append(cross, pins);
  made.frame.classList.add("placing");
  made.frame.setAttribute("role", "application");
  made.frame.setAttribute("aria-describedby", "compare-guide");
  let at = [0.5, 0.5];

  made.aim = (fraction) => {
    at = fraction;
    made.painted();
  };
  const isFull = () => placing[side].length === 2;
  const pinOf = (fraction, number) => {
    const pin = el("button", "pin", el("span", "tag", String(number + 1)));
    pin.type = "button";
    pin.setAttribute("aria-label", `Point ${number + 1} on the ${side} picture, ${spoken(fraction)}. Arrow keys move it, with Shift finely.`);
    const to = (where) => {
      placing[side][number] = where;
      made.painted();
      loupe.show(where);
      self.pointed();
    };
    pin.addEventListener("keydown", (event) => {
      if (!(event.key in ARROWS)) return;
      event.preventDefault();
      to(moved(placing[side][number], event));
      pins.children[number].focus();
      self.say(spoken(placing[side][number]));
    });
    pin.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      event.preventDefault();
      event.stopPropagation();
      const edges = made.frame.getBoundingClientRect();
      const follow = (now) => to(made.fractionAt([now.clientX - edges.left, now.clientY - edges.top]).map((one) => within(one, 0, 1)));
      const release = () => {
        window.removeEventListener("pointermove", follow);
        loupe.hide();
        pins.children[number]?.focus();
      };
      window.addEventListener("pointermove", follow);
      window.addEventListener("pointerup", release, { once: true });
    });
    return pin;
  };
  made.painted = () => {
    const has = pins.children.length;
    if (has !== placing[side].length) pins.replaceChildren(...placing[side].map(pinOf));
    placing[side].forEach((fraction, number) => {
      const [x, y] = made.placeOf(fraction);
      pins.children[number].style.translate = `${x}px ${y}px`;
    });
    const [x, y] = made.placeOf(at);
    cross.style.translate = `${x}px ${y}px`;
    cross.hidden = isFull() || self.desk.getRootNode().activeElement !== made.frame;
  };
  made.frame.addEventListener("focus", () => {
    made.painted();
    if (!isFull()) loupe.show(at);
  });
  made.frame.addEventListener("blur", () => {
    cross.hidden = true;
    loupe.hide();
  });
  made.hovered = (place) => {
    if (isFull()) return;
    const fraction = made.fractionAt(place);
    if (fraction.every((one) => one >= 0 && one <= 1)) {
      at = fraction;
      loupe.show(at);
      made.painted();
    } else loupe.hide();
  };
  made.frame.addEventListener("pointerleave", loupe.hide);
  const set = (fraction) => {
    if (isFull() || !fraction.every((one) => one >= 0 && one <= 1)) return;
    placing[side].push(fraction);
    loupe.hide();
    made.painted();
    self.pointed();
    self.nextPoint(fraction);
  };
  made.clicked = (place) => set(made.fractionAt(place));
  made.pressed = (event) => {
    if (event.key === "Escape") self.stopPlacing();
    else if (isFull()) return false;
    else if (event.key === "Enter" || event.key === " ") set(at);
    else if (event.key in ARROWS) {
      at = moved(at, event);
      made.painted();
      loupe.show(at);
      self.say(spoken(at));
    } else return false;
    return true;
  };
};
