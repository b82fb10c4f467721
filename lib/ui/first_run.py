"""The first-run screen."""

import streamlit as st


def draw() -> None:
    """Draw it."""
    st.title("Set up")
