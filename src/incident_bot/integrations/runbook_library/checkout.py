"""Which commit a folder stands at, read from ``.git`` without running git."""

from pathlib import Path


def checkout_top(folder: Path) -> Path | None:
    """Return the top of the checkout that a resolved folder is in; None outside of one."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


def git_revision(folder: Path) -> str:
    """Return the commit checked out around a folder, read from ``.git`` without running git.

    Empty outside a checkout or when the layout is not understood.
    """
    try:
        top = checkout_top(folder.resolve())
        if top is not None:
            return _commit(_git_folder(top / ".git"))
    except (OSError, ValueError, UnicodeDecodeError):
        return ""
    return ""


def _git_folder(git: Path) -> Path:
    if git.is_dir():
        return git
    pointer = git.read_text(encoding="utf-8").strip().removeprefix("gitdir:").strip()
    return (git.parent / pointer).resolve()


def _commit(git: Path) -> str:
    head = (git / "HEAD").read_text(encoding="utf-8").strip()
    if not head.startswith("ref:"):
        return head[:40]
    name = head.removeprefix("ref:").strip()
    shared = git / "commondir"
    common = (git / shared.read_text(encoding="utf-8").strip()) if shared.exists() else git
    for place in (git, common):
        if (place / name).is_file():
            return (place / name).read_text(encoding="utf-8").strip()[:40]
    packed = common / "packed-refs"
    lines = packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else []
    return next((line[:40] for line in lines if line.endswith(f" {name}")), "")
