"""The screens there are: where each lives, what it is called, and who may open it."""

from dataclasses import dataclass
from pathlib import Path

from lib.domain.access import Permission

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One screen. `permission` is None for a screen that anybody signed in may open."""

    path: str
    title: str
    icon: str
    url_path: str
    section: str
    permission: Permission | None = None


PAGES = (
    PageSpec("pages/home.py", "Home", ":material/home:", "home", "Today"),
    PageSpec(
        "pages/oversight/people.py",
        "People",
        ":material/group:",
        "people",
        "Oversight",
        Permission.MANAGE_PEOPLE,
    ),
    PageSpec(
        "pages/oversight/imports.py",
        "Import",
        ":material/upload_file:",
        "import",
        "Oversight",
        Permission.IMPORT_RECORDS,
    ),
    PageSpec(
        "pages/oversight/audit.py",
        "Audit trail",
        ":material/policy:",
        "audit",
        "Oversight",
        Permission.VIEW_AUDIT,
    ),
    PageSpec(
        "pages/oversight/account.py",
        "Your account",
        ":material/account_circle:",
        "account",
        "Oversight",
    ),
)
