"""A sheet as HTML for the browser's printer; every text is escaped by the template engine."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from lib.paper.sheet import Sheet, content

TEMPLATES = Path(__file__).parent / "templates"


def render(sheet: Sheet, pdf_href: str) -> str:
    """Return the whole page; `pdf_href` is where the same sheet is had as PDF."""
    return _template().render(sheet=content(sheet), pdf_href=pdf_href)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("sheet.html")
