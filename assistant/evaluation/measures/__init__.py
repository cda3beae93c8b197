"""One measure a file: a value with its name, its function of one question, its mean, and the paper it comes from."""
