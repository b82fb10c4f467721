"use strict";
/* Blanks the screen when the session is over, and warns a minute before it is idle for too long.
   It runs before Streamlit, keeps nothing, and talks only to /session/*. */
(() => {
  const OVER = 4401;
  const ASK_EVERY = 20_000;
  const STAY_EVERY = 30_000;
  const Native = window.WebSocket;
  let deadline = null;
  let warnSeconds = 60;
  let canStay = true;
  let isBlank = false;
  let lastStay = 0;
  let wasActive = false;

  // Without this a deep link makes Streamlit look for its server under every part of the address.
  const home = `${window.location.origin}/`;
  window.__streamlit = { BACKEND_BASE_URL: home, MAIN_PAGE_BASE_URL: home };

  function blank() {
    if (isBlank) return;
    isBlank = true;
    document.documentElement.style.display = "none";
    const root = document.getElementById("root");
    if (root) root.replaceChildren();
    document.title = "Juno Desk";
    window.location.reload();
  }

  class WatchedSocket extends Native {
    constructor(address, protocols) {
      super(address, protocols);
      this.addEventListener("close", (event) => {
        if (event.code === OVER) blank();
      });
    }
  }
  window.WebSocket = WatchedSocket;

  async function ask(path, method) {
    const response = await fetch(path, { method, credentials: "same-origin", cache: "no-store" });
    return response.json();
  }

  function learn(state) {
    if (!state.signed_in) {
      if (deadline !== null) blank();
      return;
    }
    deadline = Date.now() + state.seconds_left * 1000;
    warnSeconds = state.warn_seconds;
    canStay = state.can_stay;
  }

  async function refresh() {
    try {
      learn(await ask("/session/state", "GET"));
    } catch {
      // No answer: the deadline that is known still holds, and blanks the screen by itself.
    }
  }

  async function stay() {
    lastStay = Date.now();
    wasActive = false;
    try {
      learn(await ask("/session/stay", "POST"));
      draw();
    } catch {
      // As above.
    }
  }

  function isCovered(button) {
    const { left, top, width, height } = button.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2) !== button;
  }

  function warning() {
    let box = document.getElementById("desk-idle");
    if (box) return box;
    box = document.createElement("dialog");
    box.id = "desk-idle";
    box.setAttribute("role", "alertdialog");
    box.setAttribute("aria-modal", "false");
    box.setAttribute("aria-labelledby", "desk-idle-text");
    Object.assign(box.style, {
      position: "fixed", inset: "auto 1.5rem 1.5rem auto", zIndex: "1000001", maxWidth: "24rem",
      margin: "0",
      padding: "1rem 1.25rem", borderRadius: "0.75rem", background: "#1d2b2a", color: "#ffffff",
      boxShadow: "0 8px 30px rgb(0 0 0 / 35%)", font: "500 1rem/1.5 inherit",
      fontFamily: "inherit", border: "1px solid #ffffff55",
    });
    const text = document.createElement("p");
    text.id = "desk-idle-text";
    text.style.margin = "0 0 0.75rem";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Stay signed in";
    Object.assign(button.style, {
      background: "#ffffff", color: "#1d2b2a", border: "0", borderRadius: "0.5rem",
      padding: "0.5rem 1rem", font: "600 1rem inherit", fontFamily: "inherit", cursor: "pointer",
    });
    button.addEventListener("click", stay);
    box.append(text, button);
    document.body.append(box);
    // Shown beside the work, without taking the focus; over a picture that covers all else, on top.
    box.open = true;
    if (isCovered(button)) {
      box.open = false;
      box.setAttribute("aria-modal", "true");
      box.showModal();
    }
    box.addEventListener("close", () => box.remove());
    return box;
  }

  function draw() {
    if (deadline === null || isBlank) return;
    const left = Math.ceil((deadline - Date.now()) / 1000);
    const shown = document.getElementById("desk-idle");
    if (left <= 0) {
      blank();
    } else if (left <= warnSeconds) {
      const box = warning();
      const unit = left === 1 ? "second" : "seconds";
      box.firstChild.textContent = `You will be signed out in ${left} ${unit}.`;
      box.lastChild.hidden = !canStay;
    } else if (shown) {
      shown.remove();
    }
  }

  function active(event) {
    if (!event.isTrusted || deadline === null) return;
    wasActive = true;
    const isWarned = deadline - Date.now() <= warnSeconds * 1000;
    if (!isWarned && Date.now() - lastStay > STAY_EVERY) stay();
  }

  for (const kind of ["keydown", "pointerdown", "wheel"]) {
    window.addEventListener(kind, active, { capture: true, passive: true });
  }
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) blank();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      draw();
      refresh();
    }
  });
  window.addEventListener("DOMContentLoaded", refresh);
  window.setInterval(draw, 1000);
  window.setInterval(refresh, ASK_EVERY);
})();
