"""Photographs and video: their words, and what is allowed of them; pure."""

from enum import StrEnum


class Kind(StrEnum):
    """What a file shows."""

    PHOTOGRAPH = "photograph"
    VIDEO = "video"


class Rendition(StrEnum):
    """What people see in place of the original.

    The longer side has 320 pixels in a thumbnail and 1,600 in a preview; of a video both are of its
    poster. A stream is a video that a browser can play and seek in.
    """

    THUMBNAIL = "thumbnail"
    PREVIEW = "preview"
    STREAM = "stream"


class View(StrEnum):
    """From where a picture is taken; left and right are the patient's own."""

    FRONT = "front"
    LEFT_OBLIQUE = "left oblique"
    RIGHT_OBLIQUE = "right oblique"
    LEFT_PROFILE = "left profile"
    RIGHT_PROFILE = "right profile"
    FROM_BELOW = "from below"
    FROM_ABOVE = "from above"
    BACK = "back"
    CLOSE_UP = "close-up"


class Expression(StrEnum):
    """What the face does meanwhile: a smile and a frown are two pictures."""

    REST = "rest"
    SMILE = "smile"
    FROWN = "frown"
    RAISED_BROWS = "raised brows"
    EYES_CLOSED = "eyes closed"
    LIPS_PURSED = "lips pursed"


class Stage(StrEnum):
    """When in the course of a treatment a picture is taken."""

    BEFORE = "before"
    IMMEDIATELY_AFTER = "immediately after"
    REVIEW = "review"


class CaptureSource(StrEnum):
    """Who says when a picture was taken; `UPLOAD` is the day on which it came in."""

    FILE = "file"
    PERSON = "person"
    UPLOAD = "upload"


class Purpose(StrEnum):
    """What pictures are looked at for: the lens (rules D4 and D5)."""

    RECORD = "record"
    EDUCATION = "education"
    SOCIAL_MEDIA = "social media"
    THIRD_PARTY = "third party"
