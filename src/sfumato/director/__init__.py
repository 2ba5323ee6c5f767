"""The director: the turns of a conversation → what to draw. Knows no routes and no weights."""
