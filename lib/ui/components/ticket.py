"""Exchanges a one-time ticket for the session cookie, from the page, and loads it again."""

import streamlit as st

SCRIPT = """
export default function ({ data, parentElement }) {
  const ticket = data && data.ticket;
  const note = parentElement.querySelector("p");
  if (!ticket || window.deskTicket === ticket) return;
  window.deskTicket = ticket;
  fetch("/session/begin", { method: "POST", body: ticket, credentials: "same-origin" })
    .then((answer) => {
      if (answer.ok) window.location.reload();
      else note.textContent = "That did not work. Load the page again and sign in once more.";
    })
    .catch(() => {
      note.textContent = "The server did not answer. Load the page again in a moment.";
    });
}
"""
HTML = '<p role="status">Opening your desk …</p>\n'

_exchange = st.components.v2.component("desk_ticket", html=HTML, js=SCRIPT)


def exchange(ticket: str) -> None:
    """Let the browser exchange the ticket; it leaves no trace in the address or the history."""
    _exchange(data={"ticket": ticket}, key="desk_ticket")
