"""The place for one file that shows a consent, as every screen of consent draws it."""

from lib.domain import consent_papers
from lib.services.consent import waiting
from lib.ui.components import evidence
from lib.ui.components.evidence import Place, Uploaded

SCANS = "application/pdf,image/jpeg,image/png,image/heic,image/tiff,.heic,.tif,.tiff"
ANY = f"{SCANS},message/rfc822,.eml,text/plain,.txt"
EMAIL = "message/rfc822,.eml"
HINT = "PDF, JPEG, PNG, HEIC, TIFF, an email saved as .eml, or plain text; up to 25 MB."
EMAIL_HINT = "An email saved as .eml, up to 25 MB. Nothing in it is opened."


def draw(
    key: str, token: str, *, label: str = "Choose a scan or email", hint: str = HINT
) -> Uploaded | None:
    """Draw the place; return the file that is there (its id is the evidence's), or None.

    Another `token` (the form's own id, say) empties it. The file is kept once a service that takes
    `evidence.Attached(evidence_id, …, has_file=True)` has saved it.
    """
    accept = EMAIL if hint == EMAIL_HINT else ANY
    place = Place(
        label=label,
        hint=hint,
        address=waiting.NEW,
        accept=accept,
        most=consent_papers.MOST_BYTES,
        too_large=consent_papers.TOO_LARGE,
        token=token,
    )
    return evidence.draw(place, key)
