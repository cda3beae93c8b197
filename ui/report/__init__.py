"""report.html: one file that reads offline; every word of an answer or a document is escaped."""
