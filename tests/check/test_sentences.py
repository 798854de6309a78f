"""What the checker says of every spoilt plan, word by word."""

from __future__ import annotations

from tests.check.sentences import FILE, paragraphs


def test_every_sentence_is_the_one_that_was_read_and_kept() -> None:
    """Codes, sentences and ids of planted faults; renew with ``python -m tests.check.sentences`` after reading."""
    said = paragraphs()
    kept = dict(each.partition("\n")[::2] for each in FILE.read_text(encoding="utf-8").rstrip("\n").split("\n\n"))

    assert len(kept.keys() & said.keys()) > 0.9 * len(kept), "Renew the file: python -m tests.check.sentences"
    for name in kept.keys() & said.keys():
        assert said[name] == kept[name], f"{name}: read, then renew by python -m tests.check.sentences"
