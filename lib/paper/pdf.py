"""A sheet as PDF: tagged, with title and language, in fonts that are shipped with the app.

The sheet goes in as JSON, which the template reads as values: nothing in it can become markup.
"""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

import typst

from lib.paper.sheet import Sheet, content

FOLDER = Path(__file__).parent
TEMPLATES = FOLDER / "templates"
FONTS = FOLDER / "fonts"
# Accessible PDF. It refuses a character that no font of ours can show, which is how we know.
ACCESSIBLE: Literal["ua-1"] = "ua-1"
LACKING = (
    "Some characters could not be shown in this file and stand as empty boxes. "
    "Print the page from the browser instead: it has more typefaces."
)


def render(sheet: Sheet) -> bytes:
    """Return the file. The first one of a process takes longest (fonts)."""
    try:
        return _compile(sheet, ACCESSIBLE)
    except typst.TypstError as error:
        if not is_lacking_characters(error):
            raise
    return _compile(replace(sheet, note=f"{sheet.note}\n{LACKING}".strip()), None)


def is_lacking_characters(error: typst.TypstError) -> bool:
    """Tell whether all that is wrong is characters that no font of ours has."""
    return "could not be displayed with font" in error.message


def _compile(sheet: Sheet, standard: Literal["ua-1"] | None) -> bytes:
    data = json.dumps(content(sheet), ensure_ascii=False)
    compiler = typst.Compiler(
        str(TEMPLATES / "sheet.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        sys_inputs={"sheet": data},
    )
    made = compiler.compile(format="pdf", pdf_standards=standard)
    return made if isinstance(made, bytes) else b"".join(made or ())


@cache
def _fonts() -> typst.Fonts:
    # The machine's own fonts stay out: a sheet looks the same wherever it is made.
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
