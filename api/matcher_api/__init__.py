"""The HTTP interface: other systems ask it, and the pages for staff will stand on it."""

from matcher_api.app import create_app
from matcher_api.settings import Settings

__all__ = ["Settings", "create_app"]
