"""The HTTP server: Web API, Socket Mode, response URLs, uploads, the page."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from slack_sandbox.control import Control
from slack_sandbox.errors import SlackError
from slack_sandbox.gallery import Gallery
from slack_sandbox.origin import keep_strangers_out
from slack_sandbox.page import UI, Page
from slack_sandbox.sandbox import Sandbox

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LARGEST_BODY = 32 * 2**20


class Server:
    """Serves one sandbox on a port of its own; ``port`` 0 takes a free one.

    Args:
        sandbox: what is served.
        host: the address to listen on.
        port: the port to listen on.
        gallery: a folder of Block Kit files for ``/gallery``.

    Attributes:
        url: the address without a final slash, once started.

    Raises:
        ValueError: there is no such gallery.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        host: str = "127.0.0.1",
        port: int = 0,
        gallery: Path | None = None,
    ) -> None:
        self.sandbox = sandbox
        self._gallery = Gallery(gallery)
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self.url = ""

    @property
    def api_url(self) -> str:
        """The Web API's base address, with its final slash."""
        return f"{self.url}/api/"

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: when the port is taken.
        """
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        host, port = runner.addresses[0][:2]
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
        self.url = f"http://{shown}:{port}"
        self.sandbox.workspace.url = self.url

    async def stop(self) -> None:
        """Close everything."""
        await self.sandbox.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        application = web.Application(
            client_max_size=LARGEST_BODY, middlewares=[keep_strangers_out, _refusals]
        )
        sandbox = self.sandbox
        application.add_routes(
            [
                web.route("*", "/api/{method}", sandbox.dispatcher.serve),
                web.get("/link/", sandbox.hub.serve),
                web.post("/response/{path:.+}", sandbox.response_urls.serve),
                web.post("/upload/v1/{file}", self._upload),
                web.get("/files-pri/{path:.+}", self._download),
                web.get("/archives/{channel}/{message}", self._archives),
                *Page(sandbox).routes(),
                *Control(sandbox).routes(),
                *self._gallery.routes(),
            ]
        )
        if UI.is_dir():
            application.add_routes([web.get("/ui/{path:.+}", self._static)])
        return application

    async def _static(self, request: web.Request) -> web.StreamResponse:
        path = (UI / request.match_info["path"]).resolve()
        if not path.is_relative_to(UI.resolve()) or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(Path(path), headers={"Cache-Control": "no-cache"})

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.sandbox.workspace.state.files.get(request.match_info["file"])
        if file is None or file.is_complete:
            return web.Response(text="file_not_found", status=404)
        if request.content_type == "multipart/form-data":
            form = await request.post()
            bodies = [part.file.read() for part in form.values() if isinstance(part, web.FileField)]
            file.content = b"".join(bodies)
        else:
            file.content = await request.read()
        return web.Response(text=f"OK - {len(file.content)}")

    async def _download(self, request: web.Request) -> web.Response:
        workspace = self.sandbox.workspace
        if request.headers.get("Authorization") != f"Bearer {workspace.app.bot_token}":
            return web.Response(status=302, headers={"Location": f"{self.url}/"})
        file_id = request.match_info["path"].partition("/")[0].rpartition("-")[2]
        file = workspace.state.files.get(file_id)
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type=file.mimetype)

    async def _archives(self, request: web.Request) -> web.Response:
        """Lead a permalink to the page."""
        channel, message = request.match_info["channel"], request.match_info["message"]
        digits = message.removeprefix("p")
        ts = f"{digits[:-6]}.{digits[-6:]}"
        raise web.HTTPFound(f"/#/{channel}/{ts}")


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a refusal of the page's routes in the contract's shape."""
    try:
        return await handler(request)
    except SlackError as refusal:
        message = refusal.details.get("message", refusal.code.replace("_", " "))
        body = {"ok": False, "error": refusal.code, **refusal.details, "message": message}
        return web.json_response(body)
