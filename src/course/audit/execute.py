"""The process that runs one notebook: `python -m course.audit.execute FOLDER NAME`.

The notebook is run in a fresh kernel of this very Python, to its end, whatever its
cells raise; what came out is written to the standard output as one JSON object:

    {"notebook": {…}, "seconds": 4.2, "guard": "…", "refused": ["…"]}

`seconds` is what it would have taken on a machine with nothing else to do, reckoned
from how long a short piece of work took before and after.

`guard` is empty if the network was refused at the end of the notebook, else it says
what happened instead; `refused` are the hosts that some cell tried to reach.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

CELL_LIMIT = 60  # seconds

_PROBE = """
import json as _json, socket as _socket
from course import network as _network
_earlier, _guard = list(_network.refused), "a connection was not refused"
try:
    _socket.getaddrinfo("course.invalid", 443)
except _network.NetworkRefused:
    _guard = ""
except OSError as _error:
    _guard = f"the name was looked up: {_error}"
print(_json.dumps({"guard": _guard, "refused": _earlier}))
"""


class _ThisPython(KernelSpecManager):
    """Knows one kernel: the Python that runs us, whatever else is installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


def execute(folder: Path, name: str) -> dict[str, Any]:
    """Run the notebook `name` in `folder`; say what came out and how long it took."""
    notebook: Any = nbformat.read(folder / name, 4)  # type: ignore[no-untyped-call]
    cells = len(notebook.cells)
    probe = nbformat.v4.new_code_cell(_PROBE)  # type: ignore[no-untyped-call]
    notebook.cells.append(probe)
    busy, started = _busy(), time.perf_counter()
    _client(notebook, folder).execute()
    took = time.perf_counter() - started
    seconds = round(took / max(1.0, (busy + _busy()) / 2), 2)
    outputs = notebook.cells[cells].outputs
    del notebook.cells[cells:]
    return {"notebook": notebook, "seconds": seconds} | _probed(outputs)


def _busy() -> float:
    """How many times longer this machine takes for a moment's work than if idle."""
    cpu, wall = time.process_time(), time.perf_counter()
    while time.process_time() - cpu < 0.1:
        pass
    return (time.perf_counter() - wall) / (time.process_time() - cpu)


def _client(notebook: Any, folder: Path) -> NotebookClient:
    kernels = AsyncKernelManager(kernel_spec_manager=_ThisPython())
    return NotebookClient(
        notebook,
        km=kernels,
        timeout=CELL_LIMIT,
        allow_errors=True,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )


def _probed(outputs: list[Any]) -> dict[str, Any]:
    if outputs and outputs[0].output_type == "stream":
        return dict(json.loads(outputs[0].text))
    return {"guard": "the kernel did not answer", "refused": []}


if __name__ == "__main__":
    print(json.dumps(execute(Path(sys.argv[1]), sys.argv[2])))  # noqa: T201
