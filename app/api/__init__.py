"""The machine's door: JSON under /api/v1, with the same queries, rules and operations as the pages."""
