"""One file a command: what it does once its options are read. Heavy libraries are imported inside."""
