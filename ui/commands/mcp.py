"""`guichet mcp`: the guichet as tools of another assistant, over stdin and stdout or on a port of this machine."""

from __future__ import annotations

from importlib.util import find_spec

from ingest.errors import GuichetError
from ui import console
from ui.living import living_assistant_at
from ui.settings import Settings
from ui.words import Words

HOST = "127.0.0.1"  # no key is asked: this machine alone


class McpMissing(GuichetError):
    """The optional extra `mcp` is not installed."""


def run(settings: Settings, words: Words, *, http: bool, port: int, llm: bool) -> None:
    """Serves until the client leaves, or is interrupted. Raises McpMissing without the extra."""
    if find_spec("mcp") is None:
        raise McpMissing(words.say("mcp.missing"))
    from ui.commands.serve import listen
    from ui.mcp_server import http_app, make_server
    from ui.originals import open_originals
    from ui.page_views import PageViews

    listening = listen(HOST, port, words) if http else None
    try:
        with living_assistant_at(settings, llm=llm) as assistant:
            views = PageViews(open_originals(settings), lambda: assistant.index)
            server = make_server(assistant, settings.catalogue, views)
            if listening is None:
                server.run("stdio")
                return
            import uvicorn

            address = f"http://{HOST}:{listening.getsockname()[1]}/mcp"
            console.err().print(words.say("mcp.ready", address=address), soft_wrap=True)
            config = uvicorn.Config(http_app(server, HOST), log_level="warning", access_log=False, server_header=False)
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        if listening is not None:
            listening.close()
