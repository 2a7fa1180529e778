"""Installing Emscripten by its emsdk, from a stand-in for the servers that it comes from."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wasmlab.errors import DownloadFailed, FolderNotWritable, ToolBroken, UsageError
from wasmlab.provision import downloading, emsdk
from wasmlab.toolchains import emscripten_find
from wasmlab.toolchains.emscripten_find import find_emscripten, own_emsdk

from .emsdk_stand_in import BINARIES, NODE, VERSION, Mirror, files, served, sums

EMSDK = f"emsdk-{VERSION}.tar.gz"


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a cache of our own, with no Emscripten in sight and room enough for the stand-in."""
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(emsdk, "SPACE", 10_000_000)
    monkeypatch.setattr(emscripten_find, "_DISTRIBUTIONS", ())
    monkeypatch.setattr(emscripten_find, "_USUAL_EMSDKS", ())
    for name in ("WASMLAB_EMCC", "EMSDK", "EM_CONFIG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """Return a server with all that an install needs, checksums included."""
    given = files()
    with served(Mirror({**given, "SHA256SUMS": sums(given)})) as running:
        yield running


def _install(mirror: Mirror | Path) -> list[str]:
    said: list[str] = []
    emsdk.install(VERSION, mirror.url if isinstance(mirror, Mirror) else str(mirror), said.append)
    return said


def test_what_was_installed_is_found_without_an_environment_script(mirror: Mirror) -> None:
    said = _install(mirror)
    found = find_emscripten()
    assert (found.version, found.origin) == (VERSION, "wasmlab's emsdk")
    assert {path.name for path in own_emsdk().parent.iterdir()} == {"emsdk", "emsdk-downloads", "emsdk.lock"}
    assert any(line.startswith("100% of") for line in said)


def test_only_what_this_machine_needs_is_downloaded(mirror: Mirror) -> None:
    _install(mirror)
    assert mirror.asked == ["SHA256SUMS", EMSDK, BINARIES, NODE]


def test_an_interrupted_download_goes_on_where_it_stopped(mirror: Mirror) -> None:
    mirror.cuts[BINARIES] = 2
    _install(mirror)
    half = len(mirror.files[BINARIES]) // 2
    assert [line for line in mirror.asked if line.startswith(BINARIES)][:2] == [
        BINARIES,
        f"{BINARIES} from {half}",
    ]
    assert emsdk.installed_version(own_emsdk()) == VERSION


def test_another_run_goes_on_with_what_an_earlier_one_left(mirror: Mirror) -> None:
    mirror.cuts[BINARIES] = downloading.TRIES
    with pytest.raises(DownloadFailed) as caught:
        _install(mirror)
    assert "it goes on where it stopped" in caught.value.hint
    mirror.asked.clear()
    _install(mirror)
    assert mirror.times(EMSDK) == 0
    assert mirror.asked[1].startswith(f"{BINARIES} from ")


def test_a_file_that_has_changed_meanwhile_is_taken_from_its_start(mirror: Mirror) -> None:
    mirror.cuts[BINARIES] = downloading.TRIES
    with pytest.raises(DownloadFailed):
        _install(mirror)
    given = {name: data for name, data in files().items() if name != BINARIES}
    given[BINARIES] = (
        mirror.files[BINARIES] + b"\0" * 64
    )  # xz allows padding: another file, of the same content
    mirror.files = {**given, "SHA256SUMS": sums(given)}
    _install(mirror)
    assert emsdk.installed_version(own_emsdk()) == VERSION


def test_a_wrong_checksum_is_refused_and_nothing_is_kept_of_it(mirror: Mirror) -> None:
    good = mirror.files[BINARIES]
    mirror.files[BINARIES] = good[:-1] + bytes([good[-1] ^ 1])
    with pytest.raises(DownloadFailed, match="is not what was expected: its SHA-256"):
        _install(mirror)
    assert not own_emsdk().exists()
    mirror.files[BINARIES] = good
    _install(mirror)
    assert emsdk.installed_version(own_emsdk()) == VERSION


def test_the_checksum_that_google_sends_along_counts_too(mirror: Mirror, tmp_path: Path) -> None:
    md5 = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    mirror.headers["x-goog-hash"] = f"crc32c=AAAAAA==,md5={md5}"
    with pytest.raises(DownloadFailed, match="its MD5 is not"):
        downloading.download(f"{mirror.url}/{NODE}", tmp_path / NODE, print)
    assert list(tmp_path.glob(f"{NODE}*")) == []
    mirror.headers["x-goog-hash"] = (
        f"md5={base64.b64encode(hashlib.md5(mirror.files[NODE]).digest()).decode()}"
    )
    assert downloading.download(f"{mirror.url}/{NODE}", tmp_path / NODE, print).is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_disk_that_fills_up_is_named(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / f"{NODE}.part").symlink_to("/dev/full")
    with pytest.raises(FolderNotWritable, match="no space is left") as caught:
        downloading.download(f"{mirror.url}/{NODE}", tmp_path / NODE, print)
    assert "WASMLAB_CACHE" in caught.value.hint


def test_without_room_for_all_of_it_nothing_is_begun(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emsdk, "SPACE", 1 << 60)
    with pytest.raises(FolderNotWritable, match="are needed"):
        _install(mirror)
    assert mirror.asked == []


def test_a_broken_install_is_repaired(mirror: Mirror) -> None:
    _install(mirror)
    shutil.rmtree(own_emsdk() / "upstream" / "bin")
    leftover = own_emsdk().with_name("emsdk.new") / "half"
    leftover.mkdir(parents=True)
    assert emsdk.installed_version(own_emsdk()) == ""
    mirror.asked.clear()
    _install(mirror)
    assert emsdk.installed_version(own_emsdk()) == VERSION
    assert not leftover.exists()
    assert mirror.asked == ["SHA256SUMS"]  # the archives are still here, and right


def test_an_install_that_fails_leaves_the_old_one(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(mirror)
    (own_emsdk() / "mine").touch()
    monkeypatch.setattr(emsdk, "installed_version", lambda _home: "")
    given = files(fails=True)
    mirror.files = {**given, "SHA256SUMS": sums(given)}
    with pytest.raises(ToolBroken, match="installation failed"):
        _install(mirror)
    assert (own_emsdk() / "mine").exists()


def test_two_installs_at_once_are_one(mirror: Mirror) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            _install(mirror)
        except BaseException as error:  # whatever it is: a thread would keep it from the test
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert mirror.times(BINARIES) == 1


def test_a_folder_can_be_the_mirror(tmp_path: Path) -> None:
    folder = tmp_path / "usb stick"
    folder.mkdir()
    for name, data in files().items():
        (folder / name).write_bytes(data)
    said = _install(folder)
    assert emsdk.installed_version(own_emsdk()) == VERSION
    assert any("no SHA256SUMS" in line for line in said)


@pytest.mark.parametrize(
    ("status", "hint"), [(404, "--mirror"), (407, "HTTPS_PROXY=http://USER"), (503, "later")]
)
def test_what_the_server_refuses_has_its_own_hint(
    mirror: Mirror, status: int, hint: str, tmp_path: Path
) -> None:
    mirror.status = status
    with pytest.raises(DownloadFailed, match=str(status)) as caught:
        downloading.download(f"{mirror.url}/{NODE}", tmp_path / NODE, print)
    assert hint in caught.value.hint


def test_without_a_network_the_hint_names_proxy_and_mirror(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed) as caught:
        downloading.download("http://nowhere.invalid/x", tmp_path / "x", print)
    assert "HTTPS_PROXY" in caught.value.hint
    assert "--mirror" in caught.value.hint


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl to make a certificate with")
def test_a_certificate_that_nobody_vouches_for_has_its_own_hint(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1"]
    named = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *made, *named], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with served(
        Mirror(files()),
        lambda bare: context.wrap_socket(bare, server_side=True, do_handshake_on_connect=False),
    ) as mirror:
        with pytest.raises(DownloadFailed) as caught:
            downloading.download(f"{mirror.url}/{NODE}", tmp_path / NODE, print)
        assert "SSL_CERT_FILE" in caught.value.hint
        with pytest.MonkeyPatch.context() as patch:  # what the hint says helps
            patch.setenv("SSL_CERT_FILE", str(certificate))
            assert downloading.download(f"{mirror.url}/{NODE}", tmp_path / NODE, print).is_file()


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(UsageError, match="no version"):
        emsdk.install("latest", "", print)


def test_an_archive_that_is_none_is_refused(mirror: Mirror) -> None:
    given = {**files(), EMSDK: b"<html>please log in</html>"}
    mirror.files = {**given, "SHA256SUMS": sums(given)}
    with pytest.raises(DownloadFailed, match="is no archive of emsdk"):
        _install(mirror)


# The command


@pytest.mark.skipif(os.name == "nt", reason="the stand-in's emcc is a shell script")
def test_setup_installs_it_and_doctor_shows_it(
    mirror: Mirror, run_cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join(["/usr/bin", "/bin"]))
    monkeypatch.setattr(emscripten_find.shutil, "which", lambda _name: None)
    done = run_cli("setup", "emscripten", "--mirror", mirror.url, "--yes")
    assert done.exit_code == 0, done.stderr
    assert f"emscripten: here now  {VERSION} (wasmlab's emsdk), LLVM 24.0.0" in done.stdout


def test_where_the_download_fails_the_package_manager_is_asked(apt: Any, run_cli: Any) -> None:
    manager = apt()
    done = run_cli("setup", "emscripten", "--mirror", "http://127.0.0.1:9", "--yes")
    assert manager.calls() == ["update", "install -y --no-install-recommends emscripten"]
    assert "trying the system's package manager" in done.stdout
    assert done.exit_code == 4  # the stand-in installs nothing, and that is not hidden


def test_a_version_that_is_asked_for_comes_by_emsdk_alone(apt: Any, run_cli: Any) -> None:
    manager = apt()
    done = run_cli("setup", "--version", "6.0.5", "--mirror", "http://127.0.0.1:9", "--yes")
    assert (done.exit_code, manager.calls()) == (4, [])
