"""The one HTML page of the app: Streamlit's own, without what would need a weaker policy."""

import html
import re
from pathlib import Path

import streamlit

INLINE_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
NO_SCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
AGENT_LINK = re.compile(r"<link[^>]*rel=\"service-desc\"[^>]*/?>", re.DOTALL)
FONT_PRELOAD = re.compile(r"<link\s+rel=\"preload\"[^>]*as=\"font\"[^>]*/?>", re.DOTALL)
TITLE = re.compile(r"<title>.*?</title>")
GUARD = '<script src="/desk/guard.js"></script>'
STYLES = '<link rel="stylesheet" href="/desk/desk.css">'
NEEDS_SCRIPT = "<noscript><p>Turn JavaScript on and load this page again.</p></noscript>"


def build(title: str, source: str | None = None) -> bytes:
    """Return the page with our guard as its first script and no inline script at all.

    Streamlit's only inline script sets a flag for crawlers; without it the policy needs neither
    a hash nor `unsafe-inline`. Raises `ValueError` when Streamlit's page is not as expected.
    """
    page = streamlits_own() if source is None else source
    for pattern in (INLINE_SCRIPT, COMMENT, NO_SCRIPT, AGENT_LINK, FONT_PRELOAD):
        page = pattern.sub("", page)
    page = TITLE.sub(f"<title>{html.escape(title)}</title>", page)
    page = page.replace('<html lang="en">', '<html lang="en-GB">')
    page = page.replace("./static/", "/static/").replace("./favicon.png", "/desk/icon.svg")
    page = page.replace("<body>", f"<body>{NEEDS_SCRIPT}")
    guarded, count = re.subn(r"(<script\s)", f"{GUARD}\n    {STYLES}" + r"\n    \1", page, count=1)
    if not count:
        message = "Streamlit's index page has no script to start the app with"
        raise ValueError(message)
    return guarded.encode()


def streamlits_own() -> str:
    """Return the index page that came with Streamlit."""
    folder = Path(streamlit.__file__).parent / "static"
    return (folder / "index.html").read_text(encoding="utf-8")
