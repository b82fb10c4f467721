"""Colours of skin, hair, eyes and rooms, and what light and blood do to them."""

from lib.demo.pictures.canvas import Colour

# From very fair to very deep; each is the skin in an even light.
SKINS: tuple[Colour, ...] = (
    (248, 220, 203),
    (243, 208, 185),
    (236, 194, 164),
    (224, 177, 143),
    (207, 158, 119),
    (184, 132, 95),
    (152, 104, 74),
    (118, 79, 58),
    (90, 60, 46),
)
HAIRS: dict[str, Colour] = {
    "black": (38, 32, 34),
    "dark brown": (66, 46, 38),
    "brown": (104, 72, 52),
    "auburn": (130, 66, 42),
    "copper": (168, 92, 52),
    "dark blonde": (158, 122, 82),
    "blonde": (208, 174, 124),
    "grey": (158, 156, 158),
    "silver": (208, 207, 208),
}
IRISES: dict[str, Colour] = {
    "dark brown": (70, 44, 30),
    "brown": (112, 72, 42),
    "hazel": (134, 106, 58),
    "green": (98, 124, 86),
    "blue": (92, 134, 168),
    "grey": (120, 136, 148),
}
CLOTHES: tuple[Colour, ...] = (
    (92, 118, 128),
    (196, 186, 174),
    (226, 222, 216),
    (142, 108, 112),
    (78, 92, 112),
    (170, 128, 104),
    (112, 128, 104),
    (58, 62, 72),
    (198, 158, 152),
)
# Consulting rooms: what the wall behind looks like.
WALLS: tuple[Colour, ...] = ((214, 222, 224), (224, 217, 208), (206, 214, 208), (218, 214, 222))
BLOOD: Colour = (196, 62, 62)
BRUISE: Colour = (112, 74, 118)
WARM_LIGHT: Colour = (255, 244, 230)
LIGHT_SKIN = 150


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """Return the colour that share of the way from the first to the second."""
    one, two, three = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return one, two, three


def brightness(colour: Colour) -> float:
    """Return how light a colour looks, 0 to 255."""
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue


def shaded(skin: Colour, depth: float = 1.0) -> Colour:
    """Return skin in the shade: darker, and warmer than it is light."""
    red, green, blue = skin
    return mixed(skin, (round(red * 0.72), round(green * 0.56), round(blue * 0.50)), depth)


def lit(skin: Colour, share: float = 0.5) -> Colour:
    """Return skin where the light falls on it."""
    return mixed(skin, WARM_LIGHT, share * (0.75 if brightness(skin) > LIGHT_SKIN else 0.5))


def flushed(skin: Colour, share: float = 0.5) -> Colour:
    """Return skin with more blood under it."""
    blood = BLOOD if brightness(skin) > LIGHT_SKIN else mixed(BLOOD, skin, 0.35)
    return mixed(skin, blood, share)


def lips_of(skin: Colour) -> Colour:
    """Return the natural colour of the lips that go with a skin."""
    if brightness(skin) > LIGHT_SKIN:
        return mixed(skin, (188, 76, 82), 0.58)
    return mixed(skin, (134, 58, 62), 0.50)
