"""The desk's stylesheet and its type, served from this machine; the same for everybody."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

ASSETS = Path(__file__).parent / "assets"
STYLESHEET = "/desk/desk.css"
PRINT_STYLESHEET = "/desk/print.css"
PRINT_SCRIPT = "/desk/print.js"
# Names of font files carry their version: what was once sent under a name never changes.
FONTS = frozenset(file.name for file in (ASSETS / "fonts").glob("*.woff2"))


async def stylesheet(_: Request) -> Response:
    """Serve the styles that Streamlit's theme has no setting for."""
    return FileResponse(ASSETS / "desk.css", media_type="text/css")


async def print_stylesheet(_: Request) -> Response:
    """Serve the styles of what is printed."""
    return FileResponse(ASSETS / "print.css", media_type="text/css")


async def print_script(_: Request) -> Response:
    """Serve the script behind the print button."""
    return FileResponse(ASSETS / "print.js", media_type="text/javascript")


async def font(request: Request) -> Response:
    """Serve one file of the typeface."""
    name = request.path_params["name"]
    if name not in FONTS:
        return PlainTextResponse("Not found.", 404)
    return FileResponse(ASSETS / "fonts" / name, media_type="font/woff2")


def routes() -> list[Route]:
    """Return the routes of the stylesheet and the typeface."""
    return [
        Route(STYLESHEET, stylesheet),
        Route(PRINT_STYLESHEET, print_stylesheet),
        Route(PRINT_SCRIPT, print_script),
        Route("/desk/fonts/{name}", font),
    ]
