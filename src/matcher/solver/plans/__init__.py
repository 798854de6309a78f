"""Whole people: first plans, better plans, and the way staff would fill places by hand."""
