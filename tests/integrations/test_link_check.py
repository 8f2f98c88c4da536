"""Addresses in runbooks are asked politely, and never lead into the house."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from incident_bot.integrations import link_check
from incident_bot.integrations.link_check import Address, check_links, is_public

HERE = ipaddress.ip_address("127.0.0.1")


def only_here(address: Address) -> bool:
    """127.0.0.1 stands for the public internet; everything else is the house."""
    return address == HERE


class Names(AbstractResolver):
    """`*.public` is here, `*.house` in a private network, anything else nowhere."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        known = {"public": "127.0.0.1", "house": "10.0.0.7"}.get(host.rpartition(".")[2])
        if known is None:
            raise OSError("no such host")
        return [
            ResolveResult(
                hostname=host, host=known, port=port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        pass


class Site:
    """A web site that remembers how it was asked."""

    def __init__(self) -> None:
        self.asked: Counter[tuple[str, str]] = Counter()
        self.at_once = self.most_at_once = 0
        self.release = asyncio.Event()
        self.port = 0

    def url(self, path: str, host: str = "docs.public") -> str:
        return f"http://{host}:{self.port}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked[request.method, request.path] += 1
        where = request.path.strip("/")
        if where == "slow":
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            if self.at_once == link_check.PER_HOST:
                self.release.set()
            await self.release.wait()
            self.at_once -= 1
        if where == "nohead" and request.method == "HEAD":
            return web.Response(status=405)
        if where == "moved":
            return web.Response(status=301, headers={"Location": "/there"})
        if where == "inwards":
            return web.Response(status=302, headers={"Location": self.url("/x", "10.0.0.7")})
        if where == "inwards-by-name":
            return web.Response(status=302, headers={"Location": self.url("/x", "db.house")})
        if where == "file":
            return web.Response(status=302, headers={"Location": "file:///etc/passwd"})
        if where == "round":
            return web.Response(status=302, headers={"Location": "/round"})
        return web.Response(status=int(where) if where.isdigit() else 200)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    found = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.answer)
    async with contextlib.AsyncExitStack() as stack:
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        stack.push_async_callback(server.close)
        found.port = server.port or 0
        yield found


async def dead(site: Site, *urls: str) -> dict[str, str]:
    report = await check_links(urls, only_here, Names())
    assert report.unchecked == {}
    return dict(report.dead)


async def test_what_is_not_there_is_dead_and_what_is_guarded_or_broken_is_not(site: Site) -> None:
    urls = [site.url(f"/{status}") for status in (200, 401, 403, 404, 410, 429, 500, 503)]
    assert await dead(site, *urls) == {
        site.url("/404"): "is not found (404)",
        site.url("/410"): "is gone (410)",
    }
    assert await dead(site, "http://nobody.nowhere/") == {
        "http://nobody.nowhere/": "has no such host"
    }


async def test_head_is_tried_first_and_each_address_is_asked_once(site: Site) -> None:
    await dead(
        site, site.url("/a#one"), site.url("/a#two"), site.url("/nohead"), site.url("/moved")
    )
    assert site.asked == {
        ("HEAD", "/a"): 1,
        ("HEAD", "/nohead"): 1,
        ("GET", "/nohead"): 1,
        ("HEAD", "/moved"): 1,
        ("HEAD", "/there"): 1,
    }


async def test_redirects_without_end_are_dead(site: Site) -> None:
    assert list(await dead(site, site.url("/round"))) == [site.url("/round")]
    assert site.asked["HEAD", "/round"] == link_check.MOST_HOPS + 1


@pytest.mark.parametrize("path", ["/inwards", "/inwards-by-name"])
async def test_no_redirect_leads_into_a_private_network(site: Site, path: str) -> None:
    report = await check_links([site.url(path)], only_here, Names())
    assert report.dead == {}
    assert report.unchecked == {site.url(path): "is in a private network"}
    assert sum(site.asked.values()) == 1


async def test_only_the_web_is_asked_and_nobody_is_told_a_password(site: Site) -> None:
    secret = site.url("/a").replace("http://", "http://ada:hunter2@")
    report = await check_links([site.url("/file"), secret], only_here, Names())
    assert report.unchecked == {site.url("/file"): "leads to file:", secret: "holds a password"}
    assert site.asked == {("HEAD", "/file"): 1}


async def test_no_name_and_no_number_of_this_house_is_connected_to(site: Site) -> None:
    urls = [
        site.url("/a", "127.0.0.1"),
        site.url("/a", "docs.public"),
        site.url("/a", "[::1]"),
        site.url("/a", "[::ffff:127.0.0.1]"),
    ]
    report = await check_links(urls, is_public, Names())
    assert set(report.unchecked) == set(urls)
    assert not site.asked


@pytest.mark.parametrize(
    "text",
    [
        "10.1.2.3",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_the_house_is_recognised_however_it_is_written(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


def test_the_public_internet_is_public() -> None:
    assert is_public(ipaddress.ip_address("93.184.216.34"))
    assert is_public(ipaddress.ip_address("2606:2800:220:1:248:1893:25c8:1946"))


async def test_one_host_is_never_asked_more_than_a_few_times_at_once(site: Site) -> None:
    urls = [site.url(f"/slow?{number}") for number in range(6)]
    await dead(site, *urls)
    assert site.most_at_once == link_check.PER_HOST
    assert site.asked["HEAD", "/slow"] == 6


async def test_who_does_not_answer_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_check, "PATIENCE", 0.2)
    monkeypatch.setattr(link_check, "PER_HOST", 9)  # so that nothing releases it
    found = await dead(site, site.url("/slow"))
    assert list(found.values()) == ["does not answer in 0 s"]
    site.release.set()


async def test_there_is_an_end_to_how_many_are_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_check, "MOST_LINKS", 2)
    report = await check_links([site.url(f"/{n}a") for n in range(5)], only_here, Names())
    assert len(report.unchecked) == 3
    assert sum(site.asked.values()) == 2
