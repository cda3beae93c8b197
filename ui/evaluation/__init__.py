"""Evaluation at the door: question files, runs of systems, files written, the report."""
