"""What a secret looks like: one pattern per kind, each linear on hostile text.

Prefixes are the ones the issuers document (GitHub, GitLab, AWS, Google, Stripe, Slack, npm,
Twilio, SendGrid, HashiCorp Vault, OpenAI and Anthropic). Every repetition is bounded or
runs over a class that cannot match what follows it, so no text makes a search quadratic.
"""

import re
from dataclasses import dataclass

_NAMING = (
    r"(?:password|passwd|passphrase|pwd|secret|token|api[ _-]?key|apikey|access[ _-]?key"
    r"|private[ _-]?key|client[ _-]?secret|credentials?|auth[ _-]?key|signing[ _-]?key)"
)
_QUALIFIER = r"(?:[_-](?:key|value|prod|production|staging|dev|test|root|admin))?"


@dataclass(frozen=True, slots=True)
class Detector:
    """One kind of secret. The secret is group ``value`` of the match, or all of it.

    ``keyed`` says the words around it made it a secret, so placeholders must be let through.
    """

    kind: str
    pattern: re.Pattern[str]
    keyed: bool = False


def _compile(kind: str, pattern: str, *, keyed: bool = False, flags: int = 0) -> Detector:
    return Detector(kind, re.compile(pattern, flags), keyed)


SECRETS: tuple[Detector, ...] = (
    _compile(
        "private-key",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[^-]|-(?!----)){0,12000}(?:-----END [A-Z0-9 ]{0,40}-----)?",
    ),
    _compile(
        "slack-webhook",
        r"https://hooks\.slack\.com/(?P<value>(?:services|workflows|triggers)/[\w/-]{1,200})",
    ),
    _compile("slack-token", r"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,300}"),
    _compile("aws-key", r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b"),
    _compile("github-token", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255})"),
    _compile("gitlab-token", r"\bgl[a-z]{2,8}-[\w-]{16,300}"),
    _compile("google-key", r"\bAIza[\w-]{30,60}"),
    _compile("google-token", r"\bya29\.[\w-]{20,400}"),
    _compile("stripe-key", r"\b(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,250}"),
    _compile("ai-key", r"\bsk-[A-Za-z0-9][\w-]{18,300}"),
    _compile("npm-token", r"\bnpm_[A-Za-z0-9]{30,60}"),
    _compile("twilio-key", r"\b(?:SK|AC)[0-9a-f]{32}\b"),
    _compile("sendgrid-key", r"\bSG\.[\w-]{16,40}\.[\w-]{16,80}"),
    _compile("vault-token", r"\bhv[sbr]\.[\w-]{20,400}"),
    _compile("jwt", r"(?<![\w-])eyJ[\w-]{8,4000}+\.[\w-]{8,4000}+\.[\w-]{0,4000}"),
    _compile("url-password", r"://[^\s/:@]{0,256}:(?P<value>[^\s/@]{1,256})@", keyed=True),
    _compile(
        "authorization",
        r"\bauthorization[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?"
        r"(?:(?:basic|bearer|token|digest|apikey)[ \t]{1,4})?(?P<value>[^\s\"',;]{6,4000})",
        keyed=True,
        flags=re.IGNORECASE,
    ),
    _compile(
        "bearer",
        r"\bbearer[ \t]{1,4}(?P<value>[A-Za-z0-9._~+/=-]{16,4000})",
        keyed=True,
        flags=re.IGNORECASE,
    ),
    _compile(
        "basic-auth",
        r"\bcurl\b[^\n]{0,400}?[ \t](?:-u|--user)[ =]{0,2}[\"']?"
        r"(?P<value>[^\s:\"']{1,128}:[^\s\"']{1,256})",
    ),
    _compile(
        "cli-password",
        r"\bmysql(?:dump|admin)?\b[^\n]{0,400}?[ \t]-p(?P<value>[^\s\"'-][^\s]{0,128})",
    ),
    _compile(
        "password",
        r"\b(?:PGPASSWORD|MYSQL_PWD|REDISCLI_AUTH|SSHPASS)=[\"']?(?P<value>[^\s\"']{1,256})",
        keyed=True,
    ),
    _compile(
        "url-token",
        r"[?&](?:[\w-]{0,40}?(?:token|secret|password|signature|api_?key)|sig|code|key|auth"
        r"|X-Amz-(?:Signature|Credential|Security-Token))=(?P<value>[^\s&#>|)]{4,4000})",
        keyed=True,
        flags=re.IGNORECASE,
    ),
    _compile(
        "password",
        rf"{_NAMING}{_QUALIFIER}[\"'`]?[ \t]{{0,3}}(?:=>|:=|[:=]|\bis\b)[ \t]{{0,3}}"
        r"(?:\"(?P<dq>[^\"\n]{1,512})\"|'(?P<sq>[^'\n]{1,512})'|`(?P<bq>[^`\n]{1,512})`"
        r"|(?P<value>[^\s\"'`,;]{1,512}))",
        keyed=True,
        flags=re.IGNORECASE,
    ),
)

CARD = _compile("card", r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
EMAIL = _compile(
    "email",
    r"(?<![\w.+-])[\w.+-]{1,64}@(?=[A-Za-z0-9])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}",
)
PHONE = _compile("phone", r"(?<![\w+.])\+\d{1,3}(?:[ .()-]{0,2}\d){7,12}(?!\w)")
ADDRESS = _compile(
    "ip-address",
    r"(?<![\w.-])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w-]|\.\d)",
)
BLOB = re.compile(r"[A-Za-z0-9+/_-]{40,4000}={0,2}")
CREDENTIAL_WORD = re.compile(
    _NAMING + r"|\b(?:auth|bearer|signature|certificate|key)\b", re.IGNORECASE
)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)
