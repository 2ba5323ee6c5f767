"""Pixels to signed files and back: encode, recipe, credentials, provenance, finish.

Knows no jobs and no store.
"""
