"""Engines: what turns ImageParams into frames for one snapshot. Knows no jobs and no files."""
