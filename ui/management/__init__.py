"""The page of those who manage the documents: plain HTML of our own, behind a login; nothing of it is Gradio's."""
