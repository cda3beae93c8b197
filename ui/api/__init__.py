"""The doors for programs: the HTTP API, the OpenAI-compatible one, their keys, limits and batch jobs."""
