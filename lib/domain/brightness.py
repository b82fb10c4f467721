"""How bright a picture is beside another, and what matches them; pure.

Only a choice of the person who compares, and always said where it was done: light that differs is
part of what a picture says.
"""

# Rec. ITU-R BT.601, as Pillow's conversion to grey has it.
WEIGHTS = (0.299, 0.587, 0.114)
LEAST_GAIN, MOST_GAIN = 0.5, 2.0


def gain(reference: float, other: float) -> float:
    """Return by what the other picture's values are multiplied to be as bright as the reference.

    Both are means from 0 to 255. More than double and less than half is not done: such pictures
    were not taken alike. A black picture stays as it is.
    """
    if other <= 0:
        return 1.0
    return min(max(reference / other, LEAST_GAIN), MOST_GAIN)
