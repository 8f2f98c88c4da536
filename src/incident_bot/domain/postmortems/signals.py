"""What makes a chat message matter: words, figures, links, and the marks people put on it."""

import re
from collections.abc import Mapping

from incident_bot.domain.postmortems.options import MarkerMeaning, Options
from incident_bot.domain.postmortems.transcript import Message

OFF_RECORD = "no_entry_sign"
NOISE_SUBTYPES = frozenset(
    {
        "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name",
        "channel_archive", "channel_unarchive", "channel_convert_to_private", "group_join",
        "group_leave", "group_topic", "group_purpose", "group_name", "pinned_item",
        "unpinned_item", "bot_add", "bot_remove", "reminder_add", "huddle_thread", "sh_room_created",
        "channel_posting_permissions", "tombstone", "ekm_access_denied",
    }
)  # fmt: skip

_PREFIX = re.compile(r"\W{0,8}(TODO|ACTION|DECISION|NOTE)\b", re.IGNORECASE)
_PREFIX_KINDS = {"todo": "action", "action": "action", "decision": "decision", "note": "note"}
_CHANGE = re.compile(
    r"\b(?:deploy(?:ed|ing)|roll(?:ed|ing)[ -]?back|rollback|restart(?:ed|ing)"
    r"|fail(?:ed|ing)[ -]?over|failover|scal(?:ed|ing)|disabl(?:ed|ing)|throttl(?:ed|ing)"
    r"|revert(?:ed|ing)|drain(?:ed|ing)|block(?:ed|ing)|paus(?:ed|ing)|kill(?:ed|ing))\b",
    re.IGNORECASE,
)
_FINDING = re.compile(
    r"\b(?:identified|confirmed|recovered|mitigated|restored|reproduced|back to normal)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(
    r"\b(?:service|api|db|databases?|pods?|nodes?|clusters?|replicas?|primary|pools?|caches?"
    r"|queues?|deploy(?:ment)?|versions?|releases?|traffic|hosts?|instances?|lb|servers?"
    r"|workers?|jobs?|consumers?|flags?|certificates?|dns|v\d+(?:\.\d+)*|[a-z]+-\d+)\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"(?<![\w.])\d{1,12}(?:[.,]\d{1,6})?\s{0,2}"
    r"(?:%|ms\b|s\b|secs?\b|seconds?\b|min(?:ute)?s?\b|h\b|hours?\b|/s\b|/min\b|rps\b|qps\b|k\b"
    r"|[kmgt]i?b\b|requests?\b|errors?\b|connections?\b|users?\b|customers?\b|5xx\b)",
    re.IGNORECASE,
)
_PERCENTILE = re.compile(r"\bp(?:50|90|95|99|999)\b", re.IGNORECASE)
_EVIDENCE_LINK = re.compile(
    r"https?://[^\s/]{0,200}(?:grafana|datadog|kibana|prometheus|sentry|honeycomb|newrelic"
    r"|splunk|jaeger|tempo|github|gitlab|bitbucket|jira|atlassian|linear|pagerduty|cloudwatch"
    r"|statuspage|dashboard|logs?|trace|ci|argocd|jenkins)",
    re.IGNORECASE,
)
_CODE = re.compile(r"`[^`\n]{3,}`|```")
_STATED_TIME = re.compile(r"\b(?:at|since|around|from|by)\s{1,3}\d{1,2}:\d{2}\b", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:maybe|i think|could be|might be|perhaps|possibly|i suspect|suspect|looks like"
    r"|not sure|guess(?:ing)?|probably|seems)\b",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    r"^(?:hi|hello|hey|morning|good (?:morning|evening|night)|thanks?(?: you)?|thx|ty|ok(?:ay)?"
    r"|ack(?:ed)?|yes|yep|yeah|no|nope|sure|great|nice|cool|awesome|lol|lmao|haha+|\+1|-1|same"
    r"|agreed|on it|looking|joining|brb|back|np|well done|good job|got it|sounds good|done)\b"
    r"[\s!.,:)]*(?:all|everyone|team|folks|there|so much|a lot)?[\s!.,:)]*$",
    re.IGNORECASE,
)
_SHORTCODE = re.compile(r":[\w+'-]{1,60}:")
_WORD = re.compile(r"\w")
_GIF = re.compile(r"giphy\.com|tenor\.com|\.gif\b", re.IGNORECASE)
_CALL = re.compile(
    r"^(?:joined|left|started|ended) (?:the |a )?(?:call|huddle|meeting)", re.IGNORECASE
)
CANDIDATE = re.compile(
    r"\b(?:we (?:should|need to|ought to|must)|let['’]s add|follow[ -]up|why (?:didn['’]t|did we"
    r" not|don['’]t we))\b",
    re.IGNORECASE,
)


def marker(message: Message, options: Options) -> MarkerMeaning | None:
    """What the marks people put on a message mean; an action outranks a lesson, a lesson a row."""
    found = {options.markers[r.name] for r in message.reactions if r.name in options.markers}
    for meaning in ("action", "lesson", "timeline"):
        if meaning in found:
            return meaning
    return None


def hard_signal(message: Message, text: str, *, keeps_notes: bool, options: Options) -> str | None:
    """The row kind of a message that is always in, or None.

    ``keeps_notes`` says that the author held a role whose prefixed notes count.
    """
    meaning = marker(message, options)
    if meaning is not None:
        return {"timeline": "marked", "lesson": "lesson", "action": "action"}[meaning]
    prefix = _PREFIX.match(text)
    if prefix and keeps_notes:
        return _PREFIX_KINDS[prefix[1].lower()]
    return "pinned" if message.pinned else None


def off_record(message: Message, text: str) -> bool:
    """Whether the author, or anybody, asked for this message to be left out."""
    asked = any(reaction.name == OFF_RECORD for reaction in message.reactions)
    return asked or text.lstrip().lower().startswith("[off-record]")


def chatter(text: str) -> bool:
    """Greetings, thanks, agreement, emoji, GIFs, call notices: said, but nothing happened."""
    line = text.strip()
    return bool(
        _CHATTER.match(line[:200])
        or not _WORD.search(_SHORTCODE.sub("", line))
        or _CALL.match(line)
        or (_GIF.search(line) and len(line.split()) <= 3)
    )


def hedged(text: str) -> bool:
    """Whether the author said it as a guess."""
    return bool(_HEDGE.search(text)) or text.rstrip().endswith("?")


def word_points(text: str, service: str | None) -> Mapping[str, int]:
    """Points for what the words say, by reason; bounded to the first 4,000 characters."""
    text = text[:4000]
    points: dict[str, int] = {}
    named = bool(_NOUN.search(text)) or bool(service and service.lower() in text.lower())
    if _FINDING.search(text):
        points["finding"] = 3
    elif _CHANGE.search(text):
        points["change"] = 3 if named else 1
    if _MEASURE.search(text) or _PERCENTILE.search(text):
        points["measurement"] = 3 if named else 2
    proof = 2 * bool(_EVIDENCE_LINK.search(text)) + 2 * bool(_CODE.search(text))
    if proof:
        points["proof"] = proof
    if _STATED_TIME.search(text):
        points["stated time"] = 1
    if not points and len(text.split()) <= 3:
        points["short"] = -5
    return points
