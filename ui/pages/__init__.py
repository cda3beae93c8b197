"""The pages, one a file: the only files that know gradio."""
