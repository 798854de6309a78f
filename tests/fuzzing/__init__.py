"""Importers fed with what a coverage-guided fuzzer finds: whatever comes, it is read or refused in order."""
