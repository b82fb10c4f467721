"""Vector files from here or elsewhere: what is missing is skipped by name, what is wrong fails."""

import json
from pathlib import Path

import pytest

from tests.vector_files import SHIPPED, VectorError, rows

HEAD = "case_id,operation,ground,decision,reason"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that the vectors are looked for in."""
    monkeypatch.setenv("CLINIC_VECTORS", str(tmp_path))
    return tmp_path


def test_a_row_is_a_test_with_the_name_of_its_case(folder: Path) -> None:
    (folder / "restriction.csv").write_text(f"{HEAD}\nX1,store,none,ALLOW,always\n", "utf-8")
    (found,) = rows("restriction.csv")
    assert found.id == "X1"
    assert found.values[0]["decision"] == "ALLOW"
    assert [mark.name for mark in found.marks] == ["vectors"]


def test_columns_may_stand_in_another_order_and_more_of_them(folder: Path) -> None:
    text = "\ufeffcase_id,reason,decision,ground,operation,author\r\nX1,,ALLOW,none,store,me\r\n"
    (folder / "restriction.csv").write_text(text, "utf-8", newline="")
    assert rows("restriction.csv")[0].values[0]["operation"] == "store"


def test_json_is_taken_as_it_stands(folder: Path) -> None:
    row = json.loads((SHIPPED / "alignment.json").read_text("utf-8"))[0]
    (folder / "alignment.json").write_text(json.dumps([row]), "utf-8")
    (found,) = rows("alignment.json")
    assert (found.id, found.values[0]) == (row["name"], row)


def test_without_another_folder_the_shipped_vectors_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLINIC_VECTORS", "")
    lines = (SHIPPED / "restriction.csv").read_text("utf-8").splitlines()
    assert [found.id for found in rows("restriction.csv")] == [
        line.split(",")[0] for line in lines[1:]
    ]


def test_a_file_that_is_not_there_is_skipped_by_its_name(folder: Path) -> None:
    (found,) = rows("consent.csv")
    assert found.id == "consent.csv"
    reasons = [mark.kwargs["reason"] for mark in found.marks if mark.name == "skip"]
    assert reasons == [f"consent.csv is not in {folder}"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "has no rows"),
        (f"{HEAD}\n", "has no rows"),
        ("case_id,operation,ground,reason\nX1,store,none,always\n", "no column decision"),
        (f"{HEAD}\nX1,store,none\n", "line 2: not as many fields as columns"),
        (f"{HEAD}\nX1,store,none,ALLOW,always, and more\n", "not as many fields as columns"),
    ],
)
def test_a_file_that_does_not_fit_fails(folder: Path, text: str, complaint: str) -> None:
    (folder / "restriction.csv").write_text(text, "utf-8")
    with pytest.raises(VectorError, match=complaint):
        rows("restriction.csv")


def test_a_folder_that_is_not_there_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLINIC_VECTORS", str(tmp_path / "nowhere"))
    with pytest.raises(VectorError, match="names no folder"):
        rows("restriction.csv")
