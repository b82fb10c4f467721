"""Renditions of pixels: encoded anew, so that nothing of the original's metadata can reach them."""

import io
from collections.abc import Mapping

from PIL import Image

from lib.domain.media import Rendition
from lib.media.photographs import reduced
from lib.media.prepared import Made
from lib.media.sealing import SealedFile

LONGER_SIDE = {Rendition.THUMBNAIL: 320, Rendition.PREVIEW: 1600}
MEDIA_TYPE = "image/jpeg"
QUALITY = {Rendition.THUMBNAIL: 80, Rendition.PREVIEW: 85}
# A preview keeps the colour of every pixel, for redness of the skin is what people look for.
SUBSAMPLING = {Rendition.THUMBNAIL: "4:2:0", Rendition.PREVIEW: "4:4:4"}


def make(pixels: Image.Image, targets: Mapping[Rendition, SealedFile]) -> tuple[Made, ...]:
    """Write the thumbnail and the preview that `targets` names, sealed; pixels are upright sRGB."""
    wanted = [name for name in (Rendition.PREVIEW, Rendition.THUMBNAIL) if name in targets]
    made = []
    for name in wanted:
        pixels = reduced(pixels, LONGER_SIDE[name])
        content = encoded(pixels, name)
        with targets[name].writer() as writer:
            writer.write(content)
        made.append(Made(name, MEDIA_TYPE, pixels.width, pixels.height, len(content)))
    return tuple(made)


def encoded(pixels: Image.Image, name: Rendition) -> bytes:
    """Return the bytes of a rendition, made from the pixel values alone."""
    bare = Image.frombuffer("RGB", pixels.size, pixels.tobytes(), "raw", "RGB", 0, 1)
    content = io.BytesIO()
    bare.save(content, "JPEG", quality=QUALITY[name], subsampling=SUBSAMPLING[name])
    return content.getvalue()
