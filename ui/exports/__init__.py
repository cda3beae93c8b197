"""Answers, matches and schemes as documents to keep: a Dossier made by pure functions, then one writer a format."""
