"""The languages that people read: texts from gettext catalogues, dates, numbers and lists, in Swedish and English."""

from matcher.languages.groups import group_name, who_counts
from matcher.languages.phrases import LANGUAGES, Language, Phrases, message, phrases, plural_message

__all__ = ["LANGUAGES", "Language", "Phrases", "group_name", "message", "phrases", "plural_message", "who_counts"]
