"""Edits: instructions and masks → pictures that differ only where they should. Knows no files."""
