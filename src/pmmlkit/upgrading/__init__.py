"""Documents of one version of PMML as documents of another: the same score in other markup."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import BinaryIO, Final

from pmmlkit.errors import UnsupportedError
from pmmlkit.language.document import VERSIONS, Document
from pmmlkit.limits import Limits
from pmmlkit.upgrading.backward import BACKWARD
from pmmlkit.upgrading.fit import lacking
from pmmlkit.upgrading.forward import FORWARD
from pmmlkit.upgrading.journey import Journey
from pmmlkit.upgrading.report import Change, Remaining, Upgrade, lost
from pmmlkit.upgrading.rewriting import rewritten
from pmmlkit.validation.grammar import GRAMMARS

__all__ = ["TARGETS", "Change", "Remaining", "Upgrade", "upgrade"]

TARGETS: Final = GRAMMARS
"""The versions that documents can be brought to."""


def upgrade(
    source: str | os.PathLike[str] | bytes | BinaryIO | Document,
    to: str = "4.4",
    *,
    limits: Limits | None = None,
) -> Upgrade:
    """Rewrite a document of any version (3.0 to 4.4.1) as one of the version `to`, which scores the
    same.

    `source` is a path, bytes, an open binary file or a `Document`, which stays as it is. Upwards,
    markup that was renamed, removed or deprecated is rewritten, and defaults that changed are made
    explicit; what cannot be done is in `Upgrade.remaining`. Downwards nothing may be lost. What
    goes to 4.4 from an older version is valid in 4.4.1, too.

    Raises UnsupportedError where `to` is not one of 4.1 to 4.4.1, and where an older version lacks
    markup that the document needs: the message names all of it. Raises MarkupError, LimitError and
    DataError where the document cannot be read.
    """
    if to not in TARGETS:
        raise UnsupportedError(
            f"documents cannot be brought to version {to!r:.40}; choose one of {', '.join(TARGETS)}"
        )
    document = source if isinstance(source, Document) else Document.read(source, limits)
    journey = Journey(document, to)
    rules = FORWARD if journey.is_forward else BACKWARD
    root, changes = rewritten(document.root, rules, journey)
    remaining = lacking(root, journey)
    if remaining and VERSIONS.index(to) < VERSIONS.index(document.version):
        raise lost(remaining, to)
    return Upgrade(replace(document, root=root), document.version, changes, remaining)
