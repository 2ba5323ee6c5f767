"""Measuring a snapshot: suites, the judge, the card. Imported by the command line alone."""
