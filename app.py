"""Juno Desk: the ASGI app that the server runs and, inside a session, the router of screens."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

if __name__ == "__main__":
    # Streamlit runs this file once for each interaction.
    from lib.ui import router

    router.draw()
else:
    from starlette.middleware import Middleware

    from lib.web import lifespan, routes
    from lib.web.gate import Gate

    # Files in pages/ must not be pages by themselves: they would open without the router's gate.
    PagesManager.uses_pages_directory = False

    app = st.App(
        __file__,
        routes=routes.routes(),
        middleware=[Middleware(Gate, connections=lifespan.connections)],
        lifespan=lifespan.open_for_server,
    )
