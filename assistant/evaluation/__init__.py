"""Measures of answers against gold: pure functions of records, whatever system made them."""
