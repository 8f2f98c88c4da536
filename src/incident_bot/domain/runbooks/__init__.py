"""Runbooks: Markdown read as responders wrote it, answered section by section.

``parsing.parse`` turns one file into a :class:`~incident_bot.domain.runbooks.document.Document`;
``shelf.Shelf`` is the immutable index over many of them. Nothing here reads a file, knows the
time or raises over what an author wrote.
"""
