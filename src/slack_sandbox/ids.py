"""Identifiers as Slack makes them: a letter that says what it is, then ten characters."""

import random
import string

ALPHABET = string.ascii_uppercase + string.digits


class Ids:
    """Makes ids, tokens and choices; the same seed makes the same ones."""

    def __init__(self, seed: int | None = None) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - identifiers of a toy workspace

    def new(self, prefix: str) -> str:
        """Return e.g. ``C0K3J8Z2QPX`` for the prefix ``C``."""
        return prefix + "0" + "".join(self.chance.choices(ALPHABET, k=9))

    def word(self, length: int = 5) -> str:
        """Return a short word such as generated block ids."""
        return "".join(self.chance.choices(string.ascii_letters + string.digits, k=length))

    def hexadecimal(self, length: int = 32) -> str:
        """Return random hexadecimal digits."""
        return f"{self.chance.getrandbits(4 * length):0{length}x}"

    def uuid(self) -> str:
        """Return a random UUID's text."""
        digits = self.hexadecimal(32)
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def number(self, digits: int = 11) -> str:
        """Return a number of that many digits."""
        return str(self.chance.randrange(10 ** (digits - 1), 10**digits))
