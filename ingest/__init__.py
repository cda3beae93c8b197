"""Documents and schemes: read, cleaned, cut into passages. Imports no other room."""
