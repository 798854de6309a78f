"""The languages that people read: texts from gettext catalogues, dates, numbers and lists, in Swedish and English."""

from matcher.languages.groups import group_name, who_counts
from matcher.languages.phrases import LANGUAGES, Language, Phrases, message, phrases, plural_message
from matcher.languages.skills import skill_name, skill_text

__all__ = [
    "LANGUAGES",
    "Language",
    "Phrases",
    "group_name",
    "message",
    "phrases",
    "plural_message",
    "skill_name",
    "skill_text",
    "who_counts",
]
