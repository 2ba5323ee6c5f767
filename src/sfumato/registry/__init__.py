"""Names, snapshots, and the rules from one to the other. Knows nothing about HTTP."""
