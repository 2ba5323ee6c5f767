"""What is refused before any work is done. Knows no HTTP."""
