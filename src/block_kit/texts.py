"""How much text a message's blocks hold together."""

from block_kit import limits

_TEXT_KEYS = frozenset({"text", "fallback", "alt_text", "title", "description", "caption"})


def text_total(blocks: object) -> int:
    """Characters of all texts anywhere in the blocks: what people read, not ids, values or URLs.

    Slack counts text objects, rich_text parts, table cells, labels, options, titles and alternative
    texts together.
    """
    total = 0
    waiting: list[object] = [blocks]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, str):
                    total += len(item) if key in _TEXT_KEYS else 0
                else:
                    waiting.append(item)
    return total


def too_long(blocks: object) -> bool:
    """Whether `chat.postMessage` would answer `msg_blocks_too_long`.

    The bound is reported, not documented: messages broke at about 13,200 characters in total
    although every single limit held (bolt-js#2509, #2867). `response_url` is not subject to it.
    """
    return text_total(blocks) > limits.MESSAGE_TEXT
