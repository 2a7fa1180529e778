"""A batch over a Dask cluster: the same workers, started by Dask's on their machines.

What a lost machine had at work is begun again elsewhere. Each of Dask's threads has a worker process of
its own here, so that a submission which hangs it costs that process and nothing else.
"""

from __future__ import annotations

import atexit
import hashlib
import queue
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wasmlab import __version__
from wasmlab.errors import ToolBroken, ToolMissing
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.outcome import Graded
from wasmlab.grade.submission import Submission
from wasmlab.grade.template import Template
from wasmlab.grade.workers.pool import Task, Worker

_CONNECTING = "20s"
_LOSSES = 5  # how often a submission may be begun again because its machine was lost


@dataclass(frozen=True)
class Parcel:
    """A task as it travels: the template's files, and what each worker is told first."""

    files: dict[str, bytes]
    name: str
    engines: tuple[str, ...]
    limits: dict[str, Any]
    confinement: str
    version: str

    @property
    def digest(self) -> str:
        """What tells one task from another."""
        digest = hashlib.sha256(repr((self.name, self.engines, self.limits, self.confinement)).encode())
        for path in sorted(self.files):
            digest.update(path.encode() + b"\0" + self.files[path])
        return digest.hexdigest()


def cluster_pool(address: str) -> Callable[[Task, int], ClusterPool]:
    """Return what opens a pool on the cluster at `address`.

    Raises:
        ToolMissing: Dask is not installed.
    """
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise ToolMissing("Dask is not installed", "python -m pip install 'wasmlab[cluster]'") from error
    return lambda task, _jobs: ClusterPool(address, task)


class ClusterPool:
    """A connection to a cluster; each of its threads grades one submission at a time."""

    def __init__(self, address: str, task: Task) -> None:
        from distributed import Client

        connect: Any = Client  # which says nothing of its types
        try:
            self._client: Any = connect(address, timeout=_CONNECTING, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            what = f"no Dask scheduler answers at {address}"
            raise ToolBroken(what, "dask scheduler starts one, and dask worker its workers") from error
        threads = sum(self._client.nthreads().values())
        if not threads:
            self._client.close()
            raise ToolBroken(f"the Dask cluster at {address} has no workers", f"dask worker {address}")
        self.jobs = threads
        self._parcel = self._client.scatter(pack(task), broadcast=True)

    def submit(self, submission: Submission) -> Future[Graded]:
        """Grade `submission` on any machine; again on another one where that is lost."""
        promised: Future[Graded] = Future()
        self._begin(submission, promised, _LOSSES)
        return promised

    def _begin(self, submission: Submission, promised: Future[Graded], left: int) -> None:
        remote = self._client.submit(
            grade_here, self._parcel, submission.name, dict(submission.files), pure=False, retries=0
        )
        remote.add_done_callback(lambda done: self._settle(done, submission, promised, left))

    def _settle(self, done: Any, submission: Submission, promised: Future[Graded], left: int) -> None:
        from distributed import KilledWorker

        error = done.exception() if done.status != "cancelled" else RuntimeError("cancelled")
        if error is None:
            promised.set_result(Graded.from_json(done.result()))
        elif isinstance(error, KilledWorker) and left:
            self._begin(submission, promised, left - 1)
        else:
            what = f"the cluster failed: {type(error).__name__}: {error}"
            promised.set_result(Graded(submission.name, "error", what, "look into the log of dask worker"))

    def close(self) -> None:
        """Leave the cluster; what is still at work there is given up."""
        self._client.close(timeout=5)


def pack(task: Task) -> Parcel:
    """Return `task` with all that another machine needs."""
    root = task.template.root
    files = {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}
    return Parcel(files, task.template.name, task.engines, asdict(task.limits), task.confinement, __version__)


def unpack(parcel: Parcel, root: Path) -> Task:
    """Lay a task out under `root`."""
    for path, content in parcel.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    template = Template(root, parcel.name)
    return Task(template, parcel.engines, GradeLimits.from_json(parcel.limits), parcel.confinement)


class _Here:
    """The workers of one task on this machine."""

    def __init__(self, parcel: Parcel) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="wasmlab-cluster-")
        self._task = unpack(parcel, Path(self._place.name))
        self._free: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._all: list[Worker] = []

    def grade(self, submission: Submission) -> Graded:
        try:
            worker = self._free.get_nowait()
        except queue.Empty:
            worker = Worker(self._task)
            self._all.append(worker)
        try:
            return worker.grade(submission)
        finally:
            self._free.put(worker)

    def close(self) -> None:
        for worker in self._all:
            worker.close()
        self._place.cleanup()


_here: dict[str, _Here] = {}
_making = threading.Lock()


def grade_here(parcel: Parcel, name: str, files: dict[str, bytes]) -> dict[str, Any]:
    """Grade one submission on this machine; Dask calls it."""
    if parcel.version != __version__:
        what = f"this machine has wasmlab {__version__}, and the batch is of {parcel.version}"
        return Graded(name, "error", what, "install the same version everywhere").to_json()
    with _making:
        digest = parcel.digest
        if digest not in _here:
            while _here:
                _here.popitem()[1].close()
            _here[digest] = _Here(parcel)
            atexit.register(_here[digest].close)
        here = _here[digest]
    return here.grade(Submission(name, files)).to_json()
