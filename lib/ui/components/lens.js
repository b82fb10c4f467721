/* Asks every second whether the pictures beside it may still be shown. When they may not be any
   more it tells them, and they go before the screen is drawn anew; then it asks for that. */
const ASK_EVERY = 1000;
// A run that was asked for and never came is asked for once more.
const ANEW_AFTER = 5000;
const ENDED = "desk-lens-ended";
const memory = new WeakMap();

const start = (desk) => {
  const self = { address: "", isAsking: false, quietUntil: 0, tell: () => {} };
  const hear = (told, asked) => {
    if (told.holds || asked !== self.address) return;
    self.quietUntil = Date.now() + ANEW_AFTER;
    // Nothing is known of it any more (null): the screen finds out by being drawn anew.
    if (told.holds === false) document.dispatchEvent(new Event(ENDED));
    self.tell("ended", asked);
  };
  self.ask = async () => {
    if (!desk.isConnected) return stop();
    if (document.hidden || self.isAsking || Date.now() < self.quietUntil) return;
    self.isAsking = true;
    const asked = self.address;
    try {
      const answer = await fetch(asked, { credentials: "same-origin", cache: "no-store" });
      if (answer.ok) hear(await answer.json(), asked);
    } catch {
      // No answer: the server is away, and then so is the screen. The next second asks again.
    } finally {
      self.isAsking = false;
    }
  };
  const timer = window.setInterval(self.ask, ASK_EVERY);
  document.addEventListener("visibilitychange", self.ask);
  const stop = () => {
    window.clearInterval(timer);
    document.removeEventListener("visibilitychange", self.ask);
  };
  return self;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const self = memory.get(parentElement) || start(parentElement.querySelector(".desk"));
  memory.set(parentElement, self);
  Object.assign(self, { address: data.address, tell: setTriggerValue });
}
