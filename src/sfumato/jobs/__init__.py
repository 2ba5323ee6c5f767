"""Accepted work: who may wait, whose turn it is, and the processes that do it. Knows no HTTP."""
