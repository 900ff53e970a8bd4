"""The bytes of model files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmmlkit.errors import ExportError, LimitError
from pmmlkit.exporters.model_files import bytes_of_file
from pmmlkit.limits import Limits


def test_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"12345")
    assert bytes_of_file(path, Limits(document_bytes=5)) == b"12345"


def test_longer_file_meets_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"123456")
    with pytest.raises(LimitError, match=r"model\.bin is longer than Limits\.document_bytes = 5"):
        bytes_of_file(path, Limits(document_bytes=5))


def test_missing_file_and_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.bin", tmp_path):
        with pytest.raises(ExportError, match=f"{path.name} cannot be read"):
            bytes_of_file(path)
