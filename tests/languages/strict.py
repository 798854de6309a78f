"""Phrases of a language that fail where a text has no translation, whatever way it reached them."""

from __future__ import annotations

from matcher.languages import Language, Phrases, phrases


class StrictPhrases(Phrases):
    """Says nothing that the catalogue does not hold."""

    __slots__ = ()

    def _translated(self, original: str, form: int) -> str | None:
        found = super()._translated(original, form)
        assert self._catalogue is None or found, f"no translation of {original!r}"
        return found


def strict_phrases(language: Language) -> Phrases:
    """Return the phrases of a language in their strict form."""
    found = phrases(language)
    return StrictPhrases(language, found._catalogue)
