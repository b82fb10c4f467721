/* Pictures that are shown for a purpose: they go at once when the lens says that it ended. */
const LENS_ENDED = "desk-lens-ended";
const GONE = "Consent to this use has ended, so the pictures are no longer shown.";
const whenLensEnds = (desk, purposeOf, clear) => {
  const heard = () => {
    if (!desk.isConnected) return document.removeEventListener(LENS_ENDED, heard);
    if (purposeOf() === "record") return;
    const said = el("p", "quiet", GONE);
    said.setAttribute("role", "status");
    clear(said);
  };
  document.addEventListener(LENS_ENDED, heard);
};
