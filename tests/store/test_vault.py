"""The vault of identities: nothing in clear or without its key, every look in the log, nobody back from erasure."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher.errors import Conflict, InvalidInput, StoreFailure, UnknownId
from matcher.formats.identities import Identity, read_identities
from matcher.personal_numbers import has_personal_number
from matcher.store import (
    MasterKeys,
    Store,
    broken_entries,
    erase_identity,
    forget_keys,
    is_erased,
    is_known,
    keys_from,
    keys_of_file,
    look_at,
    make_key,
    num_by_key,
    save_identities,
    save_problem,
    wrap_anew,
)
from matcher.store.tables.trust import audit_log, identities
from tests.report.stories import small_city

DAY = date(2026, 11, 26)
SOMEBODY = Identity(
    candidate_id="C1",
    name="Kanariefågel Testsson",
    phone="070-174 06 05",
    email="kanarie@example.org",
    address="Fågelvägen 1",
    reference="A-4711",
)
KEYS = MasterKeys(keys={"first": bytes(range(32))})


@pytest.fixture
def filled(store: Store) -> Store:
    with store.writing() as session:
        save_problem(session, small_city(), by="Ada")
        save_identities(session, KEYS, [SOMEBODY], by="Ada", reason="tests")
    return store


def everything(store: Store) -> str:
    """Return every value of the tables of identities and of the log, as text."""
    with store.reading() as session:
        rows = [*session.rows(sa.select(identities)), *session.rows(sa.select(audit_log))]
    return repr([[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in rows])


def test_who_somebody_is_comes_back_and_each_look_is_logged(filled: Store) -> None:
    """The one who looks, why, and which fields stand in the log; what was seen does not."""
    with filled.writing() as session:
        assert look_at(session, KEYS, "C1", by="Bo", reason="calls") == SOMEBODY
        part = look_at(session, KEYS, "C1", by="Eva", reason="begins", fields=("phone",))
        assert look_at(session, KEYS, "C2", by="Bo", reason="calls") is None
        assert part == replace(SOMEBODY, email=None, address=None, reference=None)
    with filled.reading() as session:
        looks = session.rows(sa.select(audit_log).where(audit_log.c.action == "look"))
        assert [(row.actor, row.entity_id, row.reason) for row in looks] == [
            ("Bo", "C1", "calls"),
            ("Eva", "C1", "begins"),
        ]
        assert looks[1].facts == '{"fields": ["name", "phone"]}'
        assert broken_entries(session) == []
        assert is_known(session, "C1")
        assert not is_known(session, "C2")


def test_nothing_of_it_stands_in_clear(filled: Store) -> None:
    text = everything(filled)
    for value in ("Kanarie", "070-174", "example.org", "4711"):
        assert value not in text
    assert "Kanarie" not in repr(SOMEBODY) + repr(KEYS)
    assert repr(bytes(range(32)))[2:-1] not in repr(KEYS)


def test_a_row_opens_with_its_own_key_and_pseudonym_alone(filled: Store) -> None:
    """Another key, a flipped byte, and a row moved to another person are refused with a sentence."""
    others = {"no such key": MasterKeys(keys={"second": bytes(32)}), "open": MasterKeys(keys={"first": bytes(32)})}
    for words, keys in others.items():
        match = words if words == "open" else "must be at hand"
        with pytest.raises(StoreFailure, match=match), filled.writing() as session:
            look_at(session, keys, "C1", by="Bo", reason="calls")
    with filled.writing() as session:
        session.connection.execute(sa.update(identities).values(candidate_id="C2"))
    with pytest.raises(StoreFailure, match="must open with its key"), filled.writing() as session:
        look_at(session, KEYS, "C2", by="Bo", reason="calls")
    with filled.writing() as session:
        row = session.first(sa.select(identities))
        assert row is not None
        flipped = bytes([row.ciphertext[0] ^ 1]) + row.ciphertext[1:]
        session.connection.execute(sa.update(identities).values(candidate_id="C1", ciphertext=flipped))
    with pytest.raises(StoreFailure, match="must open with its key"), filled.writing() as session:
        look_at(session, KEYS, "C1", by="Bo", reason="calls")


def test_two_people_have_two_keys_and_saving_again_makes_a_new_one(filled: Store) -> None:
    with filled.writing() as session:
        save_identities(session, KEYS, [replace(SOMEBODY, candidate_id="C2")], by="Ada")
        first = [(row.wrapped_key, row.nonce, row.ciphertext) for row in session.rows(sa.select(identities))]
        save_identities(session, KEYS, [replace(SOMEBODY, name="Nytt Namn")], by="Ada")
        after = [(row.wrapped_key, row.nonce, row.ciphertext) for row in session.rows(sa.select(identities))]
        assert len({value for row in first + after for value in row}) == 9
        found = look_at(session, KEYS, "C1", by="Bo", reason="calls")
        assert found is not None
        assert found.name == "Nytt Namn"


def test_who_is_erased_does_not_come_back(filled: Store) -> None:
    """The key is gone, a tombstone stands, and neither a look nor an import undoes it."""
    with filled.writing() as session:
        erase_identity(session, "C1", by="Ada", reason="asked for")
        erase_identity(session, "C3", by="Ada", reason="asked for")
    with filled.reading() as session:
        for row in session.rows(sa.select(identities)):
            assert (row.wrapped_key, row.nonce, row.ciphertext) == (None, None, None)
            assert row.erased_by == "Ada"
        assert is_erased(session, "C1")
        assert not is_erased(session, "C2")
    with filled.writing() as session:
        assert look_at(session, KEYS, "C1", by="Bo", reason="calls") is None
    with pytest.raises(Conflict, match="must not have been erased"), filled.writing() as session:
        save_identities(session, KEYS, [replace(SOMEBODY, candidate_id="C3")], by="Ada")


def test_an_import_is_whole_or_not_at_all(filled: Store) -> None:
    given = [replace(SOMEBODY, candidate_id="C2"), replace(SOMEBODY, candidate_id="nobody")]
    with pytest.raises(UnknownId), filled.writing() as session:
        save_identities(session, KEYS, given, by="Ada")
    with filled.reading() as session:
        assert num_by_key(session) == {"first": 1}


def test_after_a_rotation_the_old_key_opens_nothing_that_is_kept(filled: Store, tmp_path: Path) -> None:
    """And a copy of the database from before tells nobody any more, once the old key is forgotten."""
    path = tmp_path / "keys"
    first = make_key(path, DAY)
    with filled.writing() as session:
        save_identities(session, keys_of_file(path), [SOMEBODY], by="Ada")
        before = session.first(sa.select(identities))
    second = make_key(path, DAY)
    with filled.writing() as session:
        assert wrap_anew(session, keys_of_file(path), by="Ada") == 1
        assert wrap_anew(session, keys_of_file(path), by="Ada") == 0
        assert num_by_key(session) == {second: 1}
    assert forget_keys(path, second) == [first]
    with filled.writing() as session:
        assert look_at(session, keys_of_file(path), "C1", by="Bo", reason="calls") == SOMEBODY
        assert before is not None
        old = {name: getattr(before, name) for name in ("outer_key_id", "wrapped_key", "nonce", "ciphertext")}
        session.connection.execute(sa.update(identities).values(**old))
    with pytest.raises(StoreFailure, match="must be at hand"), filled.writing() as session:
        look_at(session, keys_of_file(path), "C1", by="Bo", reason="calls")


def test_a_key_whose_id_looks_like_a_personal_number_is_rotated_to_as_any_other(filled: Store, tmp_path: Path) -> None:
    """As keys had them that were made before: somebody may have been born on the day that one was made."""
    path = tmp_path / "keys"
    make_key(path, DAY)
    with filled.writing() as session:
        save_identities(session, keys_of_file(path), [SOMEBODY], by="Ada")
    made, unlucky = make_key(path, DAY), "2026-11-26-1625ac"
    assert has_personal_number(unlucky)
    path.write_text(path.read_text().replace(made, unlucky))
    with filled.writing() as session:
        assert wrap_anew(session, keys_of_file(path), by="Ada") == 1
        assert num_by_key(session) == {unlucky: 1}


def test_the_id_of_a_key_has_nothing_of_a_personal_number(tmp_path: Path) -> None:
    ids = [make_key(tmp_path / "keys", DAY) for _ in range(20)]
    assert len(set(ids)) == 20
    assert all(re.fullmatch(f"{DAY.isoformat()}-[a-z]{{6}}", key_id) for key_id in ids)


def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    key_id = make_key(path, DAY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key_id.startswith("2026-11-26-")
    assert keys_from({"MATCHER_IDENTITY_KEY_FILE": str(path)}) == keys_of_file(path)
    text = path.read_text()
    assert keys_from({"MATCHER_IDENTITY_KEYS": text.strip()}) == keys_of_file(path)
    assert keys_from({}) is None
    if os.name == "posix":
        path.chmod(0o640)
        with pytest.raises(StoreFailure, match="chmod 600"):
            keys_of_file(path)
    path.chmod(0o600)
    for broken in ("", "one two", text + text, "bad/id " + text.split()[1], "\N{BULLET}"):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(StoreFailure) as raised:
            keys_of_file(path)
        assert text.split()[1] not in str(raised.value)
    with pytest.raises(StoreFailure, match="must be readable"):
        keys_of_file(tmp_path / "none")


def test_identities_are_read_from_tables_and_no_fault_repeats_them(tmp_path: Path) -> None:
    """A CSV file and a workbook give the same; a fault names its line and never what stands there."""
    import xlsxwriter

    rows = [
        ("candidate_id", "name", "phone", "email", "address", "reference"),
        ("C1", "Kanariefågel Testsson", "070-174 06 05", "kanarie@example.org", "Fågelvägen 1", "A-4711"),
        ("C2", "Åsa Ö", "", "", "", ""),
    ]
    table = tmp_path / "identities.csv"
    table.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    workbook = tmp_path / "identities.xlsx"
    with xlsxwriter.Workbook(workbook) as book:
        sheet = book.add_worksheet("identities")
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    expected = (SOMEBODY, Identity(candidate_id="C2", name="Åsa Ö"))
    assert read_identities(table) == read_identities(workbook) == expected

    secrets = ("Hemlig Person", "hemlig@", "19121212-1212", "hemlig telefon")
    for line in (
        "C3,Hemlig Person,,hemlig@,,",
        "C3,19121212-1212,,,,",
        "C3,Hemlig Person,,,,19121212-1212",
        "C3,Hemlig Person,hemlig telefon,,,",
        "C1,Hemlig Person,,,,",
        "19121212-1212,Hemlig Person,,,,",
        "C3,Hemlig Person,,,,,,",
    ):
        broken = tmp_path / "broken.csv"
        broken.write_text(table.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
        with pytest.raises(InvalidInput) as raised:
            read_identities(broken)
        assert not any(secret in f"{raised.value} {raised.value.faults!r}" for secret in secrets), line
    with pytest.raises(InvalidInput, match="must exist"):
        read_identities(tmp_path / "none.csv")
