"""Recovery codes with buttons to save and print them, made in the browser, never on a server."""

import streamlit as st

HTML = """
<ol class="codes" aria-label="Recovery codes"></ol>
<p class="ways">
  <button type="button" class="save">Save as a file</button>
  <button type="button" class="print">Print</button>
</p>
"""
CSS = """
.codes {
  columns: 2; margin: 0 0 1rem; padding: 1rem 1rem 1rem 3rem;
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
  background: var(--st-secondary-background-color); color: var(--st-text-color);
  font: 1.05rem/1.9 var(--st-code-font);
}
.ways { display: flex; gap: 0.75rem; margin: 0; }
button {
  font: inherit; padding: 0.4rem 1rem; cursor: pointer; color: var(--st-text-color);
  background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius);
}
button:hover, button:focus-visible { border-color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""
SCRIPT = """
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".codes");
  list.replaceChildren(...data.codes.map((code) => {
    const item = document.createElement("li");
    item.textContent = code;
    return item;
  }));
  parentElement.querySelector(".save").onclick = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([data.sheet], { type: "text/plain" }));
    link.download = "recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  parentElement.querySelector(".print").onclick = () => window.print();
}
"""

_codes = st.components.v2.component("desk_recovery_codes", html=HTML, css=CSS, js=SCRIPT)


def draw(codes: list[str], sheet: str) -> None:
    """Draw the codes; `sheet` is the text that is saved."""
    _codes(data={"codes": codes, "sheet": sheet}, key="desk_recovery_codes")
