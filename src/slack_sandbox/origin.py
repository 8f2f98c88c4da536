"""The page's own routes answer only the page: other web sites are kept out of them.

The sandbox listens without a login. Without this, any site open in the same browser could post to
it (the browser sends simple cross-site requests without asking), or read it after pointing a name
of its own at this machine.
"""

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
GUARDED = "/_sandbox/"


def is_ours(host: str, origin: str | None) -> bool:
    """Whether a request to ``host``, from a page at ``origin`` if any, comes from our own page.

    Args:
        host: the request's ``Host`` header.
        origin: its ``Origin`` header; None when a program and not a page sent it.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
        same = origin is None or urlsplit(origin).netloc == host
    except ValueError:
        return False
    return same and _is_local_name(name)


def _is_local_name(name: str) -> bool:
    """Addresses and names without a dot cannot be pointed here by somebody else's name server."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return bool(name) and "." not in name
    return True


@web.middleware
async def keep_strangers_out(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse the page's routes to requests of other sites."""
    if request.path.startswith(GUARDED) and not is_ours(
        request.host, request.headers.get("Origin")
    ):
        return web.json_response(
            {"ok": False, "error": "not_allowed", "message": "Not from this page."}, status=403
        )
    return await handler(request)
