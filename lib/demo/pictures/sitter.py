"""Who sits for a picture: the face of one invented person, the same at every visit; by seed."""

from dataclasses import dataclass

import numpy as np

from lib.demo.pictures.canvas import Colour
from lib.demo.pictures.palette import CLOTHES, HAIRS, IRISES, SKINS, WALLS

WOMEN_STYLES = ("up", "up", "bun", "bob", "long", "long", "curls", "pixie", "headscarf")
MEN_STYLES = ("short", "short", "short", "cropped", "cropped", "bald")
# What hair and eyes are like, from the fairest skin to the deepest.
HAIR_BY_SKIN = (
    ("blonde", "dark blonde", "copper", "brown", "auburn"),
    ("blonde", "dark blonde", "brown", "auburn", "dark brown"),
    ("brown", "dark brown", "dark blonde", "black"),
    ("dark brown", "brown", "black"),
    ("black", "dark brown"),
    ("black", "dark brown"),
    ("black", "black", "dark brown"),
    ("black",),
    ("black",),
)
IRIS_BY_SKIN = (
    ("blue", "grey", "green"),
    ("blue", "green", "hazel", "grey"),
    ("hazel", "brown", "green", "blue"),
    ("brown", "hazel"),
    ("brown", "dark brown"),
    ("dark brown", "brown"),
    ("dark brown",),
    ("dark brown",),
    ("dark brown",),
)
LIDS = ("creased", "creased", "hooded", "single")
GREY_FROM = 52
SCARF_FROM_SKIN, SCARF_TO_SKIN = 2, 7
CURLS_FROM_SKIN = 4


@dataclass(frozen=True, slots=True)
class Sitter:
    """One face. Shares around 0 mean "as most have it"; `age` is in years."""

    seed: int
    age: int
    is_woman: bool
    skin: Colour
    hair: Colour
    style: str
    iris: Colour
    clothes: Colour
    wall: Colour
    lids: str
    width: float
    jaw: float
    chin: float
    eyes: float
    tilt: float
    nose: float
    lips: float
    mouth: float
    brows: float
    arch: float
    freckles: float
    stubble: float
    mole: tuple[float, float] | None
    has_earrings: bool
    has_band: bool

    @property
    def lines(self) -> float:
        """Return how deep the lines of a face of that age are, 0 to 1."""
        return min(1.0, max(0.08, (self.age - 22) / 42))


def sitter(seed: int, age: int, *, is_woman: bool = True) -> Sitter:
    """Return the person that this seed stands for; the same seed is the same face."""
    random = np.random.default_rng([seed, 411])
    tone = int(random.choice(len(SKINS), p=(0.12, 0.22, 0.18, 0.13, 0.10, 0.08, 0.07, 0.06, 0.04)))

    def about(spread: float) -> float:
        return float(np.clip(random.normal(0, 0.5), -1, 1)) * spread

    style = str(random.choice(WOMEN_STYLES if is_woman else MEN_STYLES))
    if style == "headscarf" and not SCARF_FROM_SKIN <= tone <= SCARF_TO_SKIN:
        style = "bun"
    if style == "curls" and tone < CURLS_FROM_SKIN:
        style = "long"
    mole = (about(150.0), 60 + about(160.0)) if random.random() < 0.3 else None  # noqa: PLR2004
    return Sitter(
        seed=seed,
        age=age,
        is_woman=is_woman,
        skin=SKINS[tone],
        hair=_hair(random, tone, age),
        style=style,
        iris=IRISES[str(random.choice(IRIS_BY_SKIN[tone]))],
        clothes=CLOTHES[int(random.integers(len(CLOTHES)))],
        wall=WALLS[int(random.integers(len(WALLS)))],
        lids=str(random.choice(LIDS)),
        width=1 + about(0.05) + (0.0 if is_woman else 0.03),
        jaw=about(0.5) + (0.0 if is_woman else 0.8),
        chin=about(1.0),
        eyes=1 + about(0.10),
        tilt=about(1.0),
        nose=about(1.0),
        lips=about(1.0) + (0.25 if is_woman else -0.45),
        mouth=1 + about(0.08),
        brows=about(1.0) + (0.0 if is_woman else 0.7),
        arch=about(1.0) + (0.3 if is_woman else -0.6),
        freckles=float(random.random()) if tone < 3 and random.random() < 0.35 else 0.0,  # noqa: PLR2004
        stubble=0.0 if is_woman else float(random.choice((0.0, 0.35, 0.7))),
        mole=mole,
        has_earrings=is_woman and bool(random.random() < 0.4),  # noqa: PLR2004
        has_band=style in {"long", "up", "curls"} and bool(random.random() < 0.35),  # noqa: PLR2004
    )


def _hair(random: np.random.Generator, tone: int, age: int) -> Colour:
    young = HAIRS[str(random.choice(HAIR_BY_SKIN[tone]))]
    if age < GREY_FROM or random.random() < 0.45:  # noqa: PLR2004 - the rest have it coloured
        return young
    return HAIRS["grey" if random.random() < 0.6 else "silver"]  # noqa: PLR2004
