"""The HTTP edge: OpenAI's shapes in, OpenAI's shapes out. Knows nothing about weights."""
