"""A PgBouncer between a test and PostgreSQL, where one is installed (`apt-get install pgbouncer`)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

PATIENCE = 10.0
_PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])


@contextlib.asynccontextmanager
async def a_pgbouncer(folder: Path, server: str, mode: str) -> AsyncIterator[str]:
    """The URL by which the database of another URL is reached through PgBouncer in some mode."""
    program = shutil.which("pgbouncer", path=_PLACES)
    if program is None:
        pytest.skip("no PgBouncer: install the package pgbouncer")
    url = sa.make_url(server)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = {
        "host": url.host or url.query["host"],
        "port": url.port or 5432,
        "user": url.username or "postgres",
        **({"password": url.password} if url.password else {}),
    }
    file = folder / "pgbouncer.ini"
    file.write_text(
        f"[databases]\n* = {' '.join(f'{key}={value}' for key, value in told.items())}\n"
        "[pgbouncer]\nauth_type = any\nunix_socket_dir =\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\npool_mode = {mode}\n"
    )
    nobody = ["-u", "nobody"] if os.geteuid() == 0 else []  # it will not serve as root
    process = await asyncio.create_subprocess_exec(
        program, *nobody, str(file), stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while b"process up" not in (line := await process.stderr.readline()):
                assert line, "PgBouncer has ended"
        yield f"postgresql://{told['user']}@127.0.0.1:{port}/{url.database}"
    finally:
        process.kill()
        await process.communicate()
