"""What is wrong with a file: one finding per place, named by a code authors can look up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to repair; ``line`` counts from 1 in the file, 0 means the file as a whole."""

    line: int
    code: str
    message: str
