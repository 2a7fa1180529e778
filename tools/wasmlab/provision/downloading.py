"""Downloads a file: goes on where an earlier try stopped, keeps nothing that is not what it should be."""

from __future__ import annotations

import base64
import errno
import hashlib
import http.client
import json
import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any

from wasmlab.errors import DownloadFailed, FolderNotWritable

Say = Callable[[str], None]

TRIES = 3
SILENCE = 30.0
"""How long a server may say nothing (seconds)."""
_CHUNK = 1 << 18


class _CutOffError(Exception):
    """The connection ended before the file did; another try goes on from there."""


def download(url: str, target: Path, say: Say, *, sha256: str = "", again: str = "") -> Path:
    """Download `url` to `target`, which is left alone where it is there already and right.

    A part that an earlier try has left is gone on with, if the server still has the same file.
    `again` is the command that a user repeats.

    Raises:
        DownloadFailed: the server cannot be reached or does not have it, or its checksum is wrong.
        FolderNotWritable: the folder cannot be written, or the disk is full.
    """
    if target.is_file() and (not sha256 or _sha256(target) == sha256):
        return target
    part = target.with_name(f"{target.name}.part")
    with _named_errors(url, target, again):
        target.parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(TRIES):
            try:
                said = _go_on(url, part, say)
                break
            except (_CutOffError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
                if attempt + 1 == TRIES:
                    raise
                say(f"{target.name}: {error or 'the connection was cut'}; going on from there")
        _check(part, said, sha256)
        part.replace(target)
    _note_of(part).unlink(missing_ok=True)
    return target


def _go_on(url: str, part: Path, say: Say) -> Message:
    """Add what is missing to `part`, and return what the server said of the file."""
    known = _read_note(part)
    have = part.stat().st_size if part.is_file() and known else 0
    request = urllib.request.Request(url)
    if have:
        request.add_header("Range", f"bytes={have}-")
        if known.get("tag"):
            request.add_header("If-Range", known["tag"])
    with _open(request, bool(have)) as answer:
        if answer is None:  # there is nothing beyond what we have
            return _message(known)
        resumed = getattr(answer, "status", 200) == 206
        start = have if resumed else 0
        total = start + int(answer.headers.get("Content-Length") or 0)
        _write_note(part, answer.headers, total)
        _copy(answer, part, start, total, say)
        headers: Message = answer.headers
        return headers


@contextmanager
def _open(request: urllib.request.Request, resuming: bool) -> Iterator[Any]:
    try:
        answer = urllib.request.urlopen(request, timeout=SILENCE, context=_certificates(request))
    except urllib.error.HTTPError as error:
        error.close()
        if not (resuming and error.code == 416):
            raise
        yield None
        return
    with answer:
        yield answer


def _certificates(request: urllib.request.Request) -> ssl.SSLContext | None:
    """Take certifi's certificates where Python has none of its own, as on some Macs."""
    if not request.full_url.startswith("https:"):
        return None
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        try:
            import certifi  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            return context
        context.load_verify_locations(certifi.where())
    return context


def _copy(answer: Any, part: Path, start: int, total: int, say: Say) -> None:
    done = start
    with part.open("ab" if start else "wb") as file:
        while chunk := answer.read(_CHUNK):
            file.write(chunk)
            before, done = done, done + len(chunk)
            if total and done * 100 // total > before * 100 // total:
                say(f"{done * 100 // total}% of {total / 1e6:.0f} MB")
    if total and done < total:
        raise _CutOffError(f"the connection was cut after {done} of {total} bytes")


def _check(part: Path, said: Message, sha256: str) -> None:
    """Compare with the checksum that is known, or with the one that Google's storage sends along."""
    if sha256 and _sha256(part) != sha256:
        raise _refuse(part, f"its SHA-256 is not {sha256[:16]}...")
    sums = " ".join(said.get_all("x-goog-hash") or []).replace(",", " ").split()
    md5 = next((word.removeprefix("md5=") for word in sums if word.startswith("md5=")), "")
    if md5 and not sha256:
        with part.open("rb") as file:
            found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).digest()
        if base64.b64encode(found).decode() != md5:
            raise _refuse(part, f"its MD5 is not {md5}")


def _refuse(part: Path, why: str) -> DownloadFailed:
    part.unlink(missing_ok=True)
    _note_of(part).unlink(missing_ok=True)
    what = f"{part.name.removesuffix('.part')} is not what was expected: {why}"
    return DownloadFailed(what, "try again; where it stays wrong, a proxy or the mirror changes it")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# What is known of a part: a small file beside it.


def _note_of(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _read_note(part: Path) -> dict[str, str]:
    try:
        note: dict[str, str] = json.loads(_note_of(part).read_text(encoding="utf-8"))
        return note
    except (OSError, ValueError):
        return {}


def _write_note(part: Path, headers: Message, total: int) -> None:
    tag = headers.get("ETag") or headers.get("Last-Modified") or ""
    note = {"tag": "" if tag.startswith("W/") else tag, "total": str(total)}
    note |= {"x-goog-hash": ",".join(headers.get_all("x-goog-hash") or [])}
    _note_of(part).write_text(json.dumps(note), encoding="utf-8")


def _message(note: dict[str, str]) -> Message:
    message = Message()
    if note.get("x-goog-hash"):
        message["x-goog-hash"] = note["x-goog-hash"]
    return message


@contextmanager
def _named_errors(url: str, target: Path, again: str) -> Iterator[None]:
    try:
        yield
    except urllib.error.HTTPError as error:
        raise DownloadFailed(
            f"{url}: the server answers {error.code} {error.reason}", _of_status(error)
        ) from error
    except urllib.error.URLError as error:
        raise DownloadFailed(f"{url}: {error.reason}", _of_reason(error.reason)) from error
    except (_CutOffError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
        hint = f"{again or 'the same command again'}: it goes on where it stopped"
        raise DownloadFailed(f"{url}: {error or 'the connection was cut'}", hint) from error
    except OSError as error:
        raise _of_disk(error, target) from error


def _of_status(error: urllib.error.HTTPError) -> str:
    if error.code == 407:
        return "your proxy wants a password: set HTTPS_PROXY=http://USER:PASSWORD@PROXY:PORT"
    if error.code in (403, 404):
        return "check the version; behind a proxy that forbids it, --mirror names another place"
    return "try again later"


def _of_reason(reason: object) -> str:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return "behind a company's proxy: set SSL_CERT_FILE to the file of its certificates (PEM)"
    return "behind a proxy set HTTPS_PROXY=http://PROXY:PORT; without internet --mirror names a folder or URL"


def _of_disk(error: OSError, target: Path) -> FolderNotWritable:
    if error.errno == errno.ENOSPC:
        return FolderNotWritable(
            f"no space is left for {target}", "free some, or set WASMLAB_CACHE to another disk"
        )
    hint = "set WASMLAB_CACHE to a folder that you may write to"
    return FolderNotWritable(f"{target.parent} cannot be written: {error.strerror or error}", hint)


def need_space(folder: Path, needed: int) -> None:
    """Refuse to begin what cannot end.

    Raises:
        FolderNotWritable: fewer than `needed` bytes are free where `folder` is.
    """
    place = next(path for path in (folder, *folder.parents) if path.is_dir())
    free = shutil.disk_usage(place).free
    if free < needed:
        what = f"{place} has {free / 1e9:.1f} GB left, and {needed / 1e9:.1f} GB are needed"
        raise FolderNotWritable(what, "free some, or set WASMLAB_CACHE to another disk")
