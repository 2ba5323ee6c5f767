"""Engines: what turns ImageParams into frames for one snapshot."""
