"""The Batch API: files full of requests, carried out while nobody waits."""
