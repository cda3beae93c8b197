"""Schemes exchanged with other services: the national schema both ways, and what their data gives."""
