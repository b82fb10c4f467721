"""The PDF: tagged, titled, in our own typefaces, and nothing typed by people becomes markup."""

import io
import unicodedata

import pytest
from pypdf import PdfReader

from lib.paper import pdf
from lib.paper.sheet import Entries, Entry, Picture, Pictures, Sheet
from tests.paper.sheets import HOSTILE, LACKED, NAMES, picture_bytes, sheet


def read(made: Sheet) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.render(made)))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def squeezed(text: str) -> str:
    """Return the text without what typesetting may change: spaces, hyphens, joined letters."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_text_holds_it_is_printed_as_it_is(text: str) -> None:
    plain, hostile = read(sheet()), read(sheet(text, name=text))
    assert squeezed(text) in squeezed(text_of(hostile))
    assert "/Annots" not in {key for page in hostile.pages for key in page}
    assert hostile.pages[0].mediabox == plain.pages[0].mediabox


def test_names_of_nine_scripts_have_their_letters() -> None:
    reader = read(sheet(*NAMES))
    assert pdf.LACKING.split(".", maxsplit=1)[0] not in text_of(reader)
    fonts = {
        font.get_object()["/BaseFont"].split("+")[1].split("-")[0]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {
        "Inter",
        "NotoSansArabic",
        "NotoSansHebrew",
        "NotoSansDevanagari",
        "NotoSansBengali",
        "NotoSansGurmukhi",
        "NotoSansSC",
    }


def test_letters_that_no_font_has_are_owned_up_to() -> None:
    assert "empty boxes" in text_of(read(sheet(LACKED)))


def test_the_file_is_tagged_and_says_its_language_and_title() -> None:
    reader = read(sheet())
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "en-GB"
    assert reader.metadata is not None
    assert reader.metadata.title == "Patient record"
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()


def test_every_page_says_whose_it_is_its_number_and_who_printed_it() -> None:
    entries = tuple(Entry("01-Nov-2026", f"Treatment {n}", said="Said " * 60) for n in range(60))
    long = Sheet("Long", "long", "Printed by Sam.", sheet().banner, (Entries("All", entries),))
    pages = [page.extract_text() for page in read(long).pages]
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert "HART, Anna (Ms)" in page
        assert "Allergies: Penicillin (severe)" in page
        assert f"Page {number} of {len(pages)}" in page
        assert "Printed by Sam." in page


def test_a_sheet_about_nobody_has_no_banner() -> None:
    alone = Sheet("List", "list", "Printed by Sam.", None, ())
    assert "List" in text_of(read(alone))
    assert "HART" not in text_of(read(alone))


def test_the_dead_are_unmistakable_on_every_page() -> None:
    reader = read(sheet(died="Deceased 01-Nov-2026 (41y)"))
    assert all("Deceased 01-Nov-2026 (41y)" in page.extract_text() for page in reader.pages)


def test_pictures_lie_in_the_file_each_with_its_words() -> None:
    shapes = ((24, 32), (32, 24))
    pictures = tuple(
        Picture(f"Front {w}", (f"View {w}",), w, h, "/x", "image/webp", picture_bytes(w, h))
        for w, h in shapes
    )
    reader = read(Sheet("Contact sheet", "s", "By Sam.", None, (Pictures("Monday", pictures),)))
    assert [image.image.size for image in reader.pages[0].images] == list(shapes)
    assert "View 24" in text_of(reader)


def test_a_picture_whose_bytes_are_not_there_is_said_in_words() -> None:
    absent = Picture("Front, before", ("Front",), 24, 32, "/x")
    reader = read(Sheet("Contact sheet", "s", "By Sam.", None, (Pictures("Monday", (absent,)),)))
    assert "Front, before" in text_of(reader)


def test_the_typefaces_come_with_their_licence() -> None:
    licence = (pdf.FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert len(list(pdf.FONTS.glob("*.ttf"))) == 13
