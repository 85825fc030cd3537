"""A zip whose members are all accounted for: what each holds is what was written, or the file is refused.

``manifest.json`` lists every other member with its length and its SHA-256; ``manifest.sha256`` is the digest
of the manifest itself, as ``sha256sum`` writes it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stanlevels.arrays import Array
from stanlevels.errors import DataError
from stanlevels.results.keep.broken import Broken
from stanlevels.results.keep.npy import to_npy

__all__ = ["Archive", "read_json", "to_json", "write_archive"]

MANIFEST, DIGEST = "manifest.json", "manifest.sha256"
_MOST = 100_000  # members
_SMALL, _RATIO = 2**16, 200  # what is larger than that is never packed more tightly than this
_LARGE = 64 * 2**20  # bytes that any file may unpack to
_PIECE = 2**24  # bytes read at once
_PROBE = 2**16  # bytes that say whether packing pays
_TIME = (1980, 1, 1, 0, 0, 0)  # the same fit makes the same file


def write_archive(path: Path, about: Mapping[str, Any], members: Mapping[str, bytes | Array]) -> None:
    """Write members and their manifest; the file is there whole, or as it was before.

    Arrays are turned into bytes one at a time.

    Raises
    ------
    DataError
        If the folder is not there, or the disk refuses.
    """
    found = {}
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with zipfile.ZipFile(beside, "x") as archive:
            for name, member in members.items():
                data = member if isinstance(member, bytes) else to_npy(member)
                found[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                _write(archive, name, data)
            manifest = to_json({**about, "members": found}, indent=1)
            _write(archive, MANIFEST, manifest)
            _write(archive, DIGEST, f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode())
        _sync(beside)
        os.replace(beside, path)
    except OSError as error:
        raise DataError(
            f"{str(path)!r} cannot be written: {error.strerror or error}",
            expected="a path in a folder that is there, on a disk with room",
        ) from None
    finally:
        beside.unlink(missing_ok=True)


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _TIME)
    info.external_attr = 0o644 << 16
    packs = len(zlib.compress(data[:_PROBE], 1)) < 0.9 * len(data[:_PROBE])
    if packs and len(data) > _SMALL:
        packs = len(zlib.compress(data, 6)) * _RATIO > len(data)
    archive.writestr(info, data, zipfile.ZIP_DEFLATED if packs else zipfile.ZIP_STORED, 6)


def _sync(path: Path) -> None:
    """See to it that all of a file is on the disk before it gets its name."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def to_json(value: Any, indent: int | None = None) -> bytes:
    """JSON that anything reads: no NaN in it."""
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a pair of UTF-16 in a label
        return json.dumps(value, allow_nan=False, indent=indent, separators=separators).encode()


def read_json(data: bytes) -> Any:
    """JSON in which no key stands twice.

    Raises
    ------
    Broken
        If it is none.
    """
    try:
        return json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Broken(f"it holds text that is no JSON ({type(error).__name__})") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


class Archive:
    """The members of a file, checked as they are read; to be closed.

    Attributes
    ----------
    about : mapping
        The manifest.

    Raises
    ------
    DataError
        If there is no such file.
    Broken
        If it is no such archive.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._most = _LARGE + _RATIO * path.stat().st_size
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise DataError(
                f"there is no file {str(path)!r}", expected="a fit that was saved with fit.save(path)"
            ) from None
        except OSError as error:
            raise DataError(f"{str(path)!r} cannot be read: {error.strerror or error}") from None
        except Exception:  # a zip can be broken in any way
            raise Broken("it is no whole zip file: cut off, or something else") from None
        try:
            self._infos = self._listed()
            manifest = self._bytes(MANIFEST)
            digest = hashlib.sha256(manifest).hexdigest()
            if bytes(self._bytes(DIGEST)).split(b" ")[0].decode("ascii", "replace") != digest:
                raise Broken("its manifest is not the one that was written")
            about = read_json(bytes(manifest))
            if not isinstance(about, dict):
                raise Broken("its manifest says nothing")
            self.about: Mapping[str, Any] = about
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def _listed(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        found = {info.filename: info for info in infos}
        if len(infos) > _MOST:
            raise Broken(f"it has {len(infos):,} members")
        if len(found) != len(infos):
            raise Broken("a member stands in it twice")
        if (total := sum(info.file_size for info in infos)) > self._most:
            raise Broken(f"it would unpack to {total:,} bytes")
        if MANIFEST not in found or DIGEST not in found:
            raise Broken(f"it is a zip file without {MANIFEST}, so no saved fit")
        return found

    def check_members(self) -> None:
        """Raise Broken unless the members are those of the manifest, no more and no less."""
        members = self.about.get("members")
        if not isinstance(members, dict):
            raise Broken("its manifest does not list its members")
        there = self._infos.keys() - {MANIFEST, DIGEST}
        if lost := members.keys() - there:
            raise Broken(f"{min(lost)!r} is missing")
        if more := there - members.keys():
            raise Broken(f"{min(more)!r} does not belong to it")

    def read(self, name: str) -> bytearray:
        """A member, as it was written.

        Raises
        ------
        Broken
            If it is missing, longer or shorter, or other bytes.
        """
        told = self.about["members"].get(name) if isinstance(name, str) else None
        if not isinstance(told, dict):
            raise Broken(f"{name!r} is missing")
        if self._infos[name].file_size != told.get("bytes"):
            raise Broken(f"{name!r} is not as long as it was")
        data = self._bytes(name)
        if hashlib.sha256(data).hexdigest() != told.get("sha256"):
            raise Broken(f"{name!r} is not what was written")
        return data

    def _bytes(self, name: str) -> bytearray:
        """The bytes of a member, no more of them than its head says."""
        info = self._infos[name]
        data = bytearray(info.file_size)
        try:
            with self._zip.open(info) as file:
                for start in range(0, len(data), _PIECE):
                    piece = file.read(min(_PIECE, len(data) - start))
                    data[start : start + len(piece)] = piece
                if file.tell() != len(data) or file.read(1):
                    raise Broken(f"{name!r} is not as long as its head says")
        except Broken:
            raise
        except Exception:  # a zip can be broken in any way
            raise Broken(f"{name!r} cannot be unpacked") from None
        return data
