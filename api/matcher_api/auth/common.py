"""Passwords that everybody tries first, by rule rather than by a list: known words, runs of keys, repeats and digits.

What is left of a password once all these are taken out is what nobody guesses. A list of the commonest passwords holds
few of fifteen letters, and those are words of shorter ones put together, repeated, or filled up with digits; the rule
refuses all of these, in any order.
"""

from __future__ import annotations

import re
import unicodedata

# Words that stand high in every published count of stolen passwords, English and Swedish, and the names of seasons,
# months and days that people change by. A word of fewer than four letters would be found in too much.
WORDS = tuple(
    """
    abcd access account admin administrator airplane alexander alfons amanda amateur anders andrea andrew angel
    angels anthony apple april arsenal ashley august augusti austin autumn babygirl bailey bajen banana baseball
    basketball batman battery bonnie brandon buster butterfly byrå changeme charlie cheese chelsea chocolate
    company computer cookie correct cowboy daniel december default diamond djurgården dolphin donald dragon
    england fender ferrari flower football forever fotboll fredag freedom friday friend fuckyou förändra george
    ginger google guest guitar göteborg hammarby hannah harley heather hejhej hejsan hello hemlig hemligt hockey
    horse hunter höst hösten iceman iloveyou inloggning internet jackson januari january jasmine jennifer jessica
    jordan joshua juli july june juni justin killer kommun kommunen kärlek letmein liverpool login london love
    lovely loveme lördag lösen lösenord maggie malmö mamma manager march marina marlboro mars martin master matrix
    matthew maverick mercedes michael michelle mickey midnight monday monkey monster mother mustang måndag naruto
    nicole norrköping november october office oktober onsdag orange pappa passphrase passw0rd password passwort
    patrick peanut pepper pokemon princess private purple qazwsx rainbow ranger robert root samantha samsung
    saturday secret secure september service shadow silver snoopy soccer sommar sommaren spiderman spring staple
    starwars steelers stockholm summer sunday sunshine superman svenska sverige sweden system söndag taylor temp
    temporary test thomas thunder thursday tiger tigger tisdag torsdag trustno1 tuesday uppsala user vanilla
    victoria vinter vintern välkommen våren wednesday welcome whatever william winner winter yankees yellow
    zaq1zaq1 älskardig älskling ändramig örebro
    """.split()  # noqa: SIM905 (a list of words is read as a text)
)
_SHORTEST_WORD = 4
_RUN = 4  # so many keys that lie side by side are a run
# Rows of keyboards, and columns as people draw them with a finger; both ways.
_ROWS = (
    "1234567890", "qwertyuiopå", "asdfghjklöä", "zxcvbnm", "qwertzuiop", "azertyuiop", "qsdfghjklm", "wxcvbn",
    "abcdefghijklmnopqrstuvwxyzåäö", "0123456789", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol", "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
)  # fmt: skip
_LOOK_ALIKES = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_PLAIN = str.maketrans("", "", " .,:;!?-_+*#'\"/\\()[]{}&%=<>|~^@$")


def unguessed(password: str) -> str:
    """Return what is left of a password once all that everybody tries first is taken out of it."""
    text = unicodedata.normalize("NFKC", password).casefold()
    text = _without_repeats(text.translate(_PLAIN))
    text = _without_runs(text)
    text = min((_without_words(text), _without_words(text.translate(_LOOK_ALIKES))), key=len)
    return re.sub(r"\d", "", text)


def _without_words(text: str) -> str:
    for word in _BY_LENGTH:
        text = text.replace(word, "")
    return text


_BY_LENGTH = sorted((word for word in WORDS if len(word) >= _SHORTEST_WORD), key=lambda word: (-len(word), word))


def _without_runs(text: str) -> str:
    """Return a text without keys that lie side by side."""
    kept, place = [], 0
    while place < len(text):
        length = _RUN - 1
        while place + length < len(text) and _is_run(text[place : place + length + 1]):
            length += 1
        if length >= _RUN:
            place += length
        else:
            kept.append(text[place])
            place += 1
    return "".join(kept)


def _is_run(text: str) -> bool:
    return any(text in row or text[::-1] in row for row in _ROWS)


def _without_repeats(text: str) -> str:
    """Return a text in which what is said several times in a row is said once."""
    before = ""
    while before != text:
        before = text
        text = re.sub(r"(.)\1{2,}|(.{2,64}?)\2+", r"\1\2", text)
    return text
