"""Answers, sources and schemes as HTML in which everything that came from outside is escaped."""
