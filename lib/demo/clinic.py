"""Building the synthetic clinic in a home of its own; refuses any home that holds another.

The clinic is built in a folder beside the home and takes its place when it is complete, so an
interrupted build leaves nothing that could be taken for a clinic.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pyarrow as pa

from lib.demo import (
    accounts,
    comebacks,
    consent_deeds,
    consent_forms,
    consents,
    consultations,
    deeds,
    diary,
    history,
    in_touch,
    media,
    mishaps,
    people,
    points,
    retention_deeds,
    scene,
    sittings,
    templates,
    trail,
    treatments,
    visits,
)
from lib.demo.calendar import day_number
from lib.demo.columns import Random
from lib.demo.crowd import Crowd
from lib.demo.scene import Scene
from lib.domain.audit import Action, Event
from lib.domain.search.dialling import Dialling
from lib.errors import ClinicError, InvalidInputError
from lib.media.files import MediaFiles
from lib.media.keys import MediaKeys
from lib.media.vault import Vault
from lib.media.workers import Workers
from lib.search.index import LiveIndex
from lib.services.clinic import STORE_FILE, Clinic, exists
from lib.settings import Settings
from lib.store import bulk, clinic_settings, follow_ups, keys, patients
from lib.store.clinic_settings import Name
from lib.store.connection import Store, StoreOptions, UnitOfWork

MARK = "DEMO"
MOST_PATIENTS = 2_000_000
BUILDING = ".building"
# The trail of the last days is about this many of the newest patients.
RECENT = 150
# Streams of chance of their own, beside the batches' and the scene's.
PICTURES = 2**32 + 1
DEEDS = 2**32 + 2
RETENTION = 2**32 + 3
# What is being made, how many of it are done, of how many.
Progress = Callable[[str, int, int], None]
PATIENTS, SITTINGS = "Patients", "Photographs"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides every row of a synthetic clinic; it is written into the mark."""

    patients: int
    seed: int
    as_of: str
    # How many patients have photographs.
    pictured: int = 0


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: rows by table, and whether anything was done."""

    recipe: Recipe
    rows: dict[str, int]
    is_new: bool


def build(  # noqa: PLR0913 - what decides a clinic, and who is told
    settings: Settings,
    count: int,
    seed: int,
    as_of: date,
    progress: Progress,
    *,
    pictured: int = 0,
) -> Built:
    """Build a clinic of `count` patients in the home of `settings`, as it was on `as_of`.

    So many as `pictured` have photographs, fewer at a small clinic. `progress(stage, done, of)` is
    called after each batch of patients and each sitting. Does nothing when the home holds the same
    synthetic clinic already. Raises `ClinicError` when it holds anything else, `InvalidInputError`
    for a number of patients that cannot be built.
    """
    if not 1 <= count <= MOST_PATIENTS:
        message = f"The number of patients must be between 1 and {MOST_PATIENTS:,}."
        raise InvalidInputError(message, field="patients")
    pictured = sittings.count_for(count, pictured)
    recipe = Recipe(count, seed, as_of.isoformat(), pictured)
    there = _already_there(settings, recipe)
    if there:
        return Built(there, {}, is_new=False)
    home = settings.home
    rising = home.parent / f".{home.name}{BUILDING}"
    shutil.rmtree(rising, ignore_errors=True)
    rising.mkdir(parents=True, mode=0o700)
    rows = _fill(settings, rising, recipe, progress)
    (rising / MARK).write_text(json.dumps(asdict(recipe)) + "\n", encoding="utf-8")
    if home.exists():
        home.rmdir()
    rising.rename(home)
    return Built(recipe, rows, is_new=True)


def recipe_of(home: Path) -> Recipe | None:
    """Return what the synthetic clinic in `home` was built from, or None when there is none."""
    mark = home / MARK
    if not mark.exists():
        return None
    return Recipe(**json.loads(mark.read_text(encoding="utf-8")))


def _already_there(settings: Settings, recipe: Recipe) -> Recipe | None:
    """Return what the home's clinic was built from when it is the one wanted; None when free."""
    home = settings.home
    if not exists(settings):
        if home.exists() and any(home.iterdir()):
            message = f"The folder {home} is not empty. Choose another for the synthetic clinic."
            raise ClinicError(message)
        return None
    found = recipe_of(home)
    if found is None:
        message = (
            f"There is a clinic in {home} that is not synthetic; nothing was changed. "
            "Choose another folder with --home."
        )
        raise ClinicError(message)
    if (found.patients, found.seed) != (recipe.patients, recipe.seed):
        message = (
            f"The synthetic clinic in {home} has {found.patients} patients from seed "
            f"{found.seed}. Remove that folder first, or choose another with --home."
        )
        raise ClinicError(message)
    return found


def _fill(settings: Settings, folder: Path, recipe: Recipe, progress: Progress) -> dict[str, int]:
    key_file = settings.key_file or keys.default_key_file(settings.home)
    keeping = settings.model_copy(update={"key_file": key_file})
    known = bool(settings.key) or key_file.exists()
    key = keys.load(keeping) if known else keys.create(keeping)
    options = StoreOptions(memory_limit=settings.memory_limit, threads=settings.threads)
    store = Store.open(folder / STORE_FILE, key, options)
    rows: dict[str, int] = {}
    try:
        first: dict[str, pa.Table] = {}
        for part in tables(recipe, progress):
            _insert(store, part, rows)
            if "patient" not in first:
                first |= part
        _finish(store, recipe, rows)
        _work_in(_Site(settings, folder, store, key), recipe, first, progress)
        _count(store, rows)
    finally:
        store.close()
    return rows


@dataclass(frozen=True, slots=True)
class _Site:
    """A clinic that is being built: its store lies in `folder`, its keys where they will stay."""

    settings: Settings
    folder: Path
    store: Store
    key: bytes

    def open(self) -> Clinic:
        """Return it as services know it."""
        rising = self.settings.model_copy(update={"home": self.folder})
        return Clinic(
            store=self.store,
            settings=rising,
            master_key=self.key,
            search=LiveIndex(self.store, Dialling.of_region(rising.phone_region)),
            media=Vault(MediaFiles(self.folder), MediaKeys.of(self.settings, self.key), Workers()),
            is_demo=True,
        )


def _work_in(site: _Site, recipe: Recipe, part: dict[str, pa.Table], progress: Progress) -> None:
    """Let the clinic's people do with the services what is to be seen there."""
    clinic = site.open()
    try:
        if recipe.patients >= deeds.FEWEST_PATIENTS:
            _do_deeds(clinic, recipe, part)
        if recipe.pictured:
            _take_pictures(clinic, recipe, part, progress)
    finally:
        clinic.media.close()


def _do_deeds(clinic: Clinic, recipe: Recipe, part: dict[str, pa.Table]) -> None:
    random = np.random.default_rng([recipe.seed, DEEDS])
    today = day_number(date.fromisoformat(recipe.as_of))
    ground = deeds.Ground(part, today, random)
    deeds.do_all(clinic, ground)
    in_touch.do_all(clinic, ground)
    consent_deeds.do_all(clinic, ground)
    # Of its own chance: what it chooses moves no other deed.
    own = np.random.default_rng([recipe.seed, RETENTION])
    retention_deeds.do_all(clinic, deeds.Ground(part, today, own))


def _take_pictures(
    clinic: Clinic, recipe: Recipe, part: dict[str, pa.Table], progress: Progress
) -> None:
    """Draw the photographs of some of the first batch of patients and bring them in."""
    random = np.random.default_rng([recipe.seed, PICTURES])
    chosen = sittings.courses(part, recipe.pictured, random, date.fromisoformat(recipe.as_of))
    entries = media.bring_in(clinic, chosen, lambda done, of: progress(SITTINGS, done, of))
    refused = [entry.sentence for entry in entries if entry.refusal]
    if refused:
        message = f"A picture of the synthetic clinic was refused: {refused[0]}"
        raise ClinicError(message)
    if recipe.patients >= deeds.FEWEST_PATIENTS:
        today = day_number(date.fromisoformat(recipe.as_of))
        patients = [course.patient_id for course in chosen]
        consent_deeds.with_pictures(clinic, deeds.Ground(part, today, random), patients)


def _count(store: Store, rows: dict[str, int]) -> None:
    """Count again what services have written to meanwhile."""
    with store.reading() as cursor:
        for name in (*rows, "media_item"):
            rows[name] = bulk.count_rows(cursor, name)


def _insert(store: Store, part: dict[str, pa.Table], rows: dict[str, int]) -> None:
    inserted = store.transact(
        lambda unit: {
            name: bulk.insert_rows(unit.cursor, name, table) for name, table in part.items()
        }
    )
    for name, count in inserted.items():
        rows[name] = rows.get(name, 0) + count


def _finish(store: Store, recipe: Recipe, rows: dict[str, int]) -> None:
    event = Event(Action.DEMO_BUILT, detail={"patients": recipe.patients, "seed": recipe.seed})
    built_at = datetime.combine(date.fromisoformat(recipe.as_of), time())

    def work(unit: UnitOfWork) -> None:
        clinic_settings.insert_setting(
            unit.cursor, Name.ORIGIN, clinic_settings.SYNTHETIC, now=built_at, by=None
        )
        follow_ups.rebuild(unit.cursor)
        unit.audit(accounts.ADMINISTRATOR.actor(), event)

    store.transact(work)
    rows["setting"] = 1
    rows["audit_entry"] = rows.get("audit_entry", 0) + 1


def tables(recipe: Recipe, progress: Progress) -> Iterator[dict[str, pa.Table]]:
    """Yield every table of the clinic, in parts that can be inserted in this order."""
    stage = scene.scene(recipe.patients, recipe.seed, date.fromisoformat(recipe.as_of))
    yield {
        **accounts.tables(stage.calendar.first),
        "counter": pa.table(
            {"name": [patients.REFERENCE_COUNTER], "next_value": [recipe.patients + 1]}
        ),
        "practitioner": stage.team.table,
        "product": stage.stock.products,
        "lot": stage.stock.lots,
        **templates.tables(stage),
        **consent_forms.tables(stage.calendar),
    }
    done = 0
    newest = pa.array([], pa.string())
    for drawn, random in people.crowds(recipe.patients, recipe.seed, stage.calendar):
        yield _batch(random, drawn, stage)
        done += len(drawn)
        progress(PATIENTS, done, recipe.patients)
        newest = drawn.patient_id.slice(max(0, len(drawn) - RECENT))
    yield trail.tables(stage.random, stage.calendar, newest)


def _batch(random: Random, drawn: Crowd, stage: Scene) -> dict[str, pa.Table]:
    due = visits.visits(random, drawn, stage)
    given = treatments.treatments(random, drawn, due, stage)
    if drawn.number[0] == 1:
        given = treatments.with_expired_lots(random, given, stage.stock)
    held = consultations.consultations(random, drawn, given, stage)
    seen = consultations.last_seen(drawn, given, held, stage.team)
    # A stream of its own: it takes nothing from the one that all the others are drawn from.
    own = random.spawn(1)[0]
    back = comebacks.comebacks(own, drawn, due, stage)
    last_seen = comebacks.seen_last(drawn, seen, back, stage)
    comebacks.pass_away(own, drawn, last_seen[0])
    found = {
        **people.tables(random, drawn, *last_seen),
        "history_entry": history.entries(random, drawn),
        "treatment": treatments.table(random, drawn, given, stage),
        "treatment_item": treatments.items(random, drawn, given, stage.stock),
        "adverse_event": mishaps.adverse_events(random, drawn, given, stage.stock),
        "consultation": consultations.table(random, drawn, held, stage),
        "appointment": diary.appointments(random, drawn, given, held, stage),
    }
    # Drawn last, so that what was there before stays as it was.
    found["history_review"] = history.reviews(random, drawn, found["history_entry"], seen[0])
    found["treatment"] = templates.noted(random, found["treatment"], given, stage.calendar)
    found["treatment_point"] = points.points(random, found["treatment_item"], given, stage)
    found |= consents.tables(random, drawn, given, held, stage)
    found |= in_touch.tables(random, drawn)
    again = comebacks.tables(own, drawn, back, stage)
    return found | {name: pa.concat_tables([found[name], more]) for name, more in again.items()}
