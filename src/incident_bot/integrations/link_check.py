"""Whether addresses in runbooks still lead somewhere: bounded, polite, and never into the house.

An address is a stranger's: it must not make this machine talk to the services beside it. Private,
loopback and link-local networks are refused at the connection itself, so that neither a name that
resolves to them nor a redirect leads there. Nothing is read but status and ``Location``.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
MOST_LINKS = 2_000
MOST_HOPS = 5
AT_ONCE = 16
PER_HOST = 2
PATIENCE = 10.0
"""Seconds for one address, redirects included."""
DEADLINE = 300.0
"""Seconds for all of them."""
_AGENT = {"User-Agent": "incident-bot-runbook-lint"}
_GONE = {404: "is not found (404)", 410: "is gone (410)"}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class _Private(OSError):
    """The address is not on the public internet."""


class _Unknown(OSError):
    """There is no such host."""


@dataclass(frozen=True, slots=True)
class LinkReport:
    """By address: why it leads nowhere, and why it was not looked at."""

    dead: Mapping[str, str] = field(default_factory=dict)
    unchecked: Mapping[str, str] = field(default_factory=dict)


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet, also behind every way to write IPv4 in IPv6."""
    inner: Address | None = None
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address.teredo is not None:
            inner = address.teredo[1]
    if inner is not None and not is_public(inner):
        return False
    return address.is_global and not address.is_multicast


def anywhere(_address: Address) -> bool:
    """Allow every address: for whoever checks links of an intranet from inside it."""
    return True


async def check_links(
    urls: Iterable[str],
    allowed: Callable[[Address], bool] = is_public,
    resolver: AbstractResolver | None = None,
) -> LinkReport:
    """Ask every address once, HEAD first and GET where HEAD is refused.

    Args:
        urls: absolute addresses; fragments do not matter, doubles are asked once.
        allowed: which addresses may be connected to.
        resolver: who turns names into addresses; without one, the system.
    """
    wanted = sorted({url.partition("#")[0] for url in urls})
    check = _Check(allowed, resolver or aiohttp.ThreadedResolver())
    check.unchecked.update(dict.fromkeys(wanted[MOST_LINKS:], "is one too many"))
    connector = aiohttp.TCPConnector(
        resolver=check.resolver, use_dns_cache=False, force_close=True, limit=0
    )
    async with aiohttp.ClientSession(connector=connector, headers=_AGENT) as session:
        waiting = {
            asyncio.create_task(check.look(session, url)): url for url in wanted[:MOST_LINKS]
        }
        late = (await asyncio.wait(waiting, timeout=DEADLINE))[1] if waiting else set()
        for task in late:
            task.cancel()
            check.unchecked[waiting[task]] = "came too late"
        await asyncio.gather(*late, return_exceptions=True)
    return LinkReport(check.dead, check.unchecked)


class _Check:
    """One run: what was found, and who waits for whom."""

    def __init__(self, allowed: Callable[[Address], bool], resolver: AbstractResolver) -> None:
        self.dead: dict[str, str] = {}
        self.unchecked: dict[str, str] = {}
        self.resolver = _Guarded(resolver, allowed)
        self._allowed = allowed
        self._all = asyncio.Semaphore(AT_ONCE)
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PER_HOST))

    async def look(self, session: aiohttp.ClientSession, url: str) -> None:
        """Ask one address and remember what is wrong with it."""
        try:
            start = URL(url)
            host = start.host or ""
        except ValueError:
            self.dead[url] = "is no address"
            return
        async with self._hosts[host], self._all:
            try:
                async with asyncio.timeout(PATIENCE):
                    status = await self._status(session, "HEAD", start)
                    if status >= 400:
                        status = await self._status(session, "GET", start)
            except _Private as refused:
                self.unchecked[url] = str(refused)
            except TimeoutError:
                self.dead[url] = f"does not answer in {PATIENCE:.0f} s"
            except (OSError, aiohttp.ClientError, ValueError) as error:
                self._failed(url, error)
            else:
                if status in _GONE:
                    self.dead[url] = _GONE[status]

    def _failed(self, url: str, error: Exception) -> None:
        cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
        if isinstance(cause, _Private):
            self.unchecked[url] = str(cause)
        elif isinstance(cause, _Unknown):
            self.dead[url] = "has no such host"
        else:
            self.dead[url] = f"cannot be reached ({type(cause).__name__})"

    async def _status(self, session: aiohttp.ClientSession, method: str, url: URL) -> int:
        """The status after redirects; each hop must be allowed for itself."""
        for _hop in range(MOST_HOPS + 1):
            self._admit(url)
            async with session.request(method, url, allow_redirects=False) as answer:
                location = answer.headers.get("Location")
                if answer.status not in (301, 302, 303, 307, 308) or not location:
                    return answer.status
                url = url.join(URL(location))
        raise aiohttp.ClientError("redirects without end")

    def _admit(self, url: URL) -> None:
        if url.scheme not in ("http", "https") or not url.host:
            raise _Private(f"leads to {url.scheme or 'nothing'}:")
        if url.user or url.password:
            raise _Private("holds a password")
        try:
            literal = ipaddress.ip_address(url.host)
        except ValueError:
            return  # a name: the resolver decides
        if not self._allowed(literal):
            raise _Private("is in a private network")


class _Guarded(AbstractResolver):
    """Resolves names to allowed addresses only: what is connected to is what was looked at."""

    def __init__(self, below: AbstractResolver, allowed: Callable[[Address], bool]) -> None:
        self._below = below
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Resolve a name; fails when nothing public is left of it."""
        try:
            found = await self._below.resolve(host, port, family)
        except OSError as error:
            raise _Unknown(str(error)) from error
        admitted = [one for one in found if self._is_allowed(one["host"])]
        if found and not admitted:
            raise _Private("is in a private network")
        return admitted

    def _is_allowed(self, text: str) -> bool:
        try:
            return self._allowed(ipaddress.ip_address(text.partition("%")[0]))
        except ValueError:
            return False

    async def close(self) -> None:
        """Close the resolver below."""
        await self._below.close()
