import pytest

from sandbox.running import running
from slack_sandbox.origin import is_ours


@pytest.mark.parametrize(
    ("host", "origin", "ours"),
    [
        ("127.0.0.1:8065", None, True),
        ("localhost:8065", "http://localhost:8065", True),
        ("[::1]:8065", "http://[::1]:8065", True),
        ("192.168.1.5:8065", "http://192.168.1.5:8065", True),
        ("sandbox:8065", "http://sandbox:8065", True),
        ("127.0.0.1:8065", "https://evil.example", False),
        ("127.0.0.1:8065", "http://127.0.0.1:9999", False),
        ("127.0.0.1:8065", "null", False),
        ("evil.example:8065", "http://evil.example:8065", False),
        ("evil.example:8065", None, False),
        ("", None, False),
        ("[::1", None, False),
        ("localhost", "http://[", False),
    ],
)
def test_only_our_own_page_and_programs_on_plain_addresses_are_ours(
    host: str, origin: str | None, ours: bool
) -> None:
    assert is_ours(host, origin) is ours


async def test_another_site_can_neither_set_faults_nor_act_for_a_person() -> None:
    async with running() as slack:
        headers = {"Origin": "https://evil.example", "Content-Type": "text/plain"}
        for path in ("/_sandbox/faults", "/_sandbox/gesture", "/_sandbox/import"):
            url = f"{slack.server.url}{path}"
            async with slack.http.post(url, data="{}", headers=headers) as response:
                assert response.status == 403
        async with slack.http.post(
            f"{slack.server.api_url}api.test", headers={"Origin": "https://app.example"}
        ) as response:
            assert response.status == 200
