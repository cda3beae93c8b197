"""Bulk work on a Ray cluster (GUICHET_RAY): files read, texts embedded and questions answered by several machines."""
