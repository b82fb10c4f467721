"""Merging two records carries their pictures along, keys and all; undoing it gives them back."""

from datetime import timedelta
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.media import Purpose, View
from lib.domain.media_gallery import Filters
from lib.domain.media_labels import Field
from lib.media.files import ORIGINAL
from lib.services import merges, unmerging
from lib.services.clinic import Clinic
from lib.services.media import gallery, labels
from lib.services.media.arrivals import Outcome
from lib.services.media.labels import Change
from lib.services.merging import Wanted
from tests.pictures import jpeg
from tests.records import NOW, TODAY, add_patient
from tests.services.media.conftest import bring


def shown(desk: Clinic, actor: Actor, patient_id: UUID) -> set[UUID]:
    """Return the pictures in a patient's gallery."""
    page = gallery.page_of(desk, actor, patient_id, Filters(), Purpose.RECORD, 0, as_of=TODAY)
    return {one.media_id for one in page.pictures}


def merge(desk: Clinic, actor: Actor, survivor_id: UUID, absorbed_id: UUID) -> UUID:
    wanted = Wanted(
        uuid7s.uuid7(), survivor_id, absorbed_id, reason="Same person", is_confirmed=True
    )
    return merges.merge(desk, actor, wanted, now=NOW, as_of=TODAY).merge_id


def key_of(desk: Clinic, media_id: UUID) -> UUID:
    with desk.store.reading() as cursor:
        sql = "SELECT key_id FROM media_item WHERE media_id = ?"
        (found,) = cursor.execute(sql, [media_id]).fetchall()
    return UUID(str(found[0]))


def test_pictures_go_with_a_merge_and_come_back_with_its_undoing(
    desk: Clinic, staff: Actor
) -> None:
    one, other = add_patient(desk), add_patient(desk)
    (mine,) = bring(desk, staff, one, jpeg(1))
    (theirs,) = bring(desk, staff, other, jpeg(2))
    merge_id = merge(desk, staff, one, other)
    assert shown(desk, staff, one) == {mine.media_id, theirs.media_id}
    for entry, content in ((mine, jpeg(1)), (theirs, jpeg(2))):
        key_id = key_of(desk, entry.media_id)
        with desk.media.sealed(entry.media_id, ORIGINAL, key_id).reader() as reader:
            assert reader.readall() == content
    # What is said of a picture meanwhile goes back with it.
    change = Change(uuid7s.uuid7(), theirs.media_id, 1, {Field.VIEW: View.BACK})
    labels.change(desk, staff, one, [change], now=NOW)
    unmerging.undo(desk, staff, merge_id, now=NOW + timedelta(hours=1))
    assert shown(desk, staff, one) == {mine.media_id}
    assert shown(desk, staff, other) == {theirs.media_id}
    said = labels.current(desk, staff, other, [theirs.media_id])[theirs.media_id]
    assert (said.number, said.label.view) == (2, View.BACK)


def test_the_same_file_is_known_again_under_the_key_of_a_merged_record(
    desk: Clinic, staff: Actor
) -> None:
    one, other = add_patient(desk), add_patient(desk)
    bring(desk, staff, one, jpeg(1))
    bring(desk, staff, other, jpeg(2))
    merge(desk, staff, one, other)
    (again,) = bring(desk, staff, one, jpeg(2))
    assert (again.outcome, again.is_there) == (Outcome.REFUSED, True)


def test_what_comes_in_after_a_merge_is_sealed_with_the_survivor_s_own_key(
    desk: Clinic, staff: Actor
) -> None:
    one, other = add_patient(desk), add_patient(desk)
    (theirs,) = bring(desk, staff, other, jpeg(2))
    merge_id = merge(desk, staff, one, other)
    (later,) = bring(desk, staff, one, jpeg(3))
    assert key_of(desk, later.media_id) != key_of(desk, theirs.media_id)
    unmerging.undo(desk, staff, merge_id, now=NOW + timedelta(hours=1))
    assert shown(desk, staff, one) == {later.media_id}
    with desk.store.reading() as cursor:
        rows = cursor.execute("SELECT key_id, patient_id FROM media_key").fetchall()
    assert dict(rows) == {
        key_of(desk, later.media_id): one,
        key_of(desk, theirs.media_id): other,
    }
