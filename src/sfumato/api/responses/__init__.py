"""POST /v1/responses: turns in, director and pictures, items and events out. Knows no weights."""
