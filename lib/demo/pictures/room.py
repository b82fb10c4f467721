"""The wall of a consulting room, out of focus."""

from functools import lru_cache

from PIL import Image

from lib.demo.pictures.canvas import Colour, Sheet, Stand
from lib.demo.pictures.curves import oval
from lib.demo.pictures.palette import mixed

WIDE = 1200


def draw_wall(sheet: Sheet, wall: Colour) -> None:
    """Draw a plain wall with the light coming from the left."""
    sheet.cover(_wall(wall, sheet.size))


@lru_cache(maxsize=8)
def _wall(wall: Colour, size: tuple[int, int]) -> Image.Image:
    stand = Stand(size[0] / WIDE, shift=(size[0] / 2, size[1] * 0.43))
    soft = Sheet(size, stand, wall).soft_layer(wall)
    soft.fill(oval((-420, -420), (620, 720)), mixed(wall, (255, 255, 255), 0.75), 0.85, blur=230)
    soft.fill(oval((620, 760), (620, 760)), mixed(wall, (70, 76, 88), 0.5), 0.55, blur=240)
    return soft.image.resize(size, Image.Resampling.BICUBIC)
