"""Runbook folders on disk: read safely, parsed once, swapped in whole."""

from incident_bot.integrations.runbook_library.checkout import git_revision
from incident_bot.integrations.runbook_library.files import MAX_FILE_BYTES
from incident_bot.integrations.runbook_library.library import (
    FileProblem,
    LibraryFolder,
    Refresh,
    RunbookLibrary,
    library_folders,
)

__all__ = [
    "MAX_FILE_BYTES",
    "FileProblem",
    "LibraryFolder",
    "Refresh",
    "RunbookLibrary",
    "git_revision",
    "library_folders",
]
