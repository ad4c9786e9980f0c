"""`course lab` and `course sim`: started, answering, and gone afterwards."""

import errno
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import psutil
import pytest

from course import jupyter_process, lab, running_lab
from course.content import Course
from course.running_lab import RunningLab

Run = Callable[..., Any]

posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

# Stands in for JupyterLab where only our side is looked at: it starts at once.
STUB = """
import http.server, os, sys
class Ok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        right = self.headers["Authorization"] == "token " + os.environ["JUPYTER_TOKEN"]
        self.send_response(200 if right or self.path == "/api" else 403)
        self.end_headers()
        self.wfile.write(b'{"kernels": 0}')
        if "end" in sys.argv:
            print("the last line", flush=True)
            os._exit(3)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ok).serve_forever()
"""

WITH_STUB = """
import sys
from course import jupyter_process
stub, *words = sys.argv[1:]
jupyter_process._command_line = lambda course, port: [
    sys.executable, "-c", stub, str(port), *words
]
jupyter_process._as_root = lambda: []
from course.cli import main
main(["lab", "--port", "0"], prog_name="course")
"""


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What a process writes, up to the line with `words`."""
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if words in line:
            return text
    raise AssertionError(f"it ended with {process.wait()}: {text}")


@contextmanager
def started(*command: Any, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    family = psutil.Process(process.pid)
    try:
        yield process
    finally:
        for one in (
            [*family.children(recursive=True), family] if family.is_running() else []
        ):
            one.kill()
        process.communicate()


def headless(environment: dict[str, str]) -> dict[str, str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return {k: v for k, v in environment.items() if k not in hidden}


@pytest.fixture(scope="module")
def session(
    mini_course: Path, program: Path, plain: Run, typed: Run
) -> Iterator[SimpleNamespace]:
    """One real JupyterLab in a folder with a space in its path, begun and ended."""
    proxy = {"http_proxy": "http://127.0.0.1:9", "no_proxy": ""}
    env = headless(plain(mini_course)) | proxy
    if os.name != "posix":
        pytest.skip("ended by SIGINT")
    with started(program, "lab", "names", "--port", "0", env=env) as process:
        said = read_until(process, "Ctrl-C here stops everything.")
        address = re.search(r"http://\S+", said)
        assert address
        base, _, token = address[0].partition("/lab/tree/")
        token = token.partition("?token=")[2]
        client = httpx2.Client(base_url=base, trust_env=False, timeout=60)
        with client:
            key = {"Authorization": f"token {token}"}
            statuses = [
                client.get("/lab", params={"token": token}, follow_redirects=True),
                client.get("/api/contents/lessons/01_names.ipynb", headers=key),
                httpx2.get(f"{base}/api/contents", trust_env=False),
                client.post("/api/kernels", headers=key, json={"name": "python3"}),
                client.put(
                    "/lab/api/workspaces/default",
                    headers=key,
                    json={"data": {}, "metadata": {"id": "default"}},
                ),
            ]
        family = psutil.Process(process.pid).children(recursive=True)
        second = typed("lab", "0", root=mini_course, **proxy)
        kept = (mini_course / ".course" / "workspaces").is_dir()
        lines = [" ".join(one.cmdline()) for one in family]
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
        _, alive = psutil.wait_procs(family, timeout=20)
        yield SimpleNamespace(
            said=said,
            address=address[0],
            token=token,
            statuses=[answer.status_code for answer in statuses],
            lines=lines,
            second=second,
            workspace_kept=kept,
            record=record_of(mini_course).exists(),
            rest=rest,
            errors=errors,
            status=process.returncode,
            alive=alive,
        )


def test_without_a_browser_the_address_is_printed_and_said(session: Any) -> None:
    lines = [line for line in session.said.splitlines() if line]
    assert lines == [
        "Starting JupyterLab for lesson 01, Names …",
        "There is no browser here. Open this address in one:",
        f"  {session.address}",
        "About 10 minutes. Each lesson starts its own OpenRouter.",
        "Ctrl-C here stops everything.",
    ]
    assert re.fullmatch(
        r"http://127\.0\.0\.1:\d+/lab/tree/lessons/01_names\.ipynb\?token=[\w-]{12,}",
        session.address,
    )


def test_the_address_answers_with_the_token_only(session: Any) -> None:
    assert session.statuses == [200, 200, 403, 201, 204]


def test_its_workspace_is_in_the_course(session: Any) -> None:
    assert session.workspace_kept


def test_a_second_command_finds_it_open(session: Any) -> None:
    address = session.address.replace("01_names", "00_start")
    assert (session.second.returncode, session.second.stderr) == (0, "")
    lines = session.second.stdout.splitlines()
    assert lines[0].startswith("JupyterLab is already open, on port ")
    assert f"  {address}" in lines


def test_no_command_line_holds_the_token(session: Any) -> None:
    assert len(session.lines) >= 2  # JupyterLab and a kernel
    assert not any(session.token in line for line in session.lines)


def test_control_c_ends_it_and_all_that_it_started(session: Any) -> None:
    assert (session.status, session.errors) == (0, "")
    assert session.rest.strip().endswith("Stopped. What you saved is on disk.")
    assert session.alive == []
    assert not session.record


@posix
@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM", "SIGINT"])
def test_a_closed_terminal_ends_jupyterlab_too(
    small_course: Path, plain: Run, name: str
) -> None:
    env = headless(plain(small_course))
    with started(sys.executable, "-c", WITH_STUB, STUB, env=env) as process:
        read_until(process, "Ctrl-C here stops everything.")
        family = psutil.Process(process.pid).children(recursive=True)
        assert family
        process.send_signal(getattr(signal, name))
        assert process.wait(30) == 0
        assert psutil.wait_procs(family, timeout=10)[1] == []


@posix
def test_who_ignores_the_closed_terminal_is_left_alone(
    small_course: Path, plain: Run
) -> None:
    env = headless(plain(small_course))
    nohup = f"import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n{WITH_STUB}"
    with started(sys.executable, "-c", nohup, STUB, env=env) as process:
        read_until(process, "Ctrl-C here stops everything.")
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
        assert "Stopped." in rest


def test_a_jupyterlab_that_ends_by_itself_is_told_with_its_log(
    small_course: Path, plain: Run
) -> None:
    env = headless(plain(small_course))
    with started(sys.executable, "-c", WITH_STUB, STUB, "end", env=env) as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert not record_of(small_course).exists()
    assert errors.startswith(
        ("JupyterLab ended by itself.", "JupyterLab did not start.")
    )
    assert "  the last line\n" in errors


def test_a_jupyterlab_that_does_not_start_is_told_with_its_log(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "print('one'); raise SystemExit('no module named jupyterlab')"
    line = [sys.executable, "-c", code]
    monkeypatch.setattr(jupyter_process, "_command_line", lambda *_: line)
    monkeypatch.setattr(jupyter_process, "_as_root", list)
    monkeypatch.setattr(lab, "_treat_as_control_c", lambda *_: None)
    done = run("lab", "--no-browser", "--port", "0")
    assert done.exit_code == 2
    assert done.stderr == (
        "JupyterLab did not start. The last lines of its log:\n"
        "  one\n  no module named jupyterlab\n`course doctor` finds out more.\n"
    )


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_a_sentence(run: Run, taken: int) -> None:
    done = run("lab", "--port", str(taken), "--no-browser")
    assert (done.exit_code, done.stderr) == (
        2,
        f"Port {taken} cannot be used: {os.strerror(errno.EADDRINUSE)}. "
        "`course lab --port 0` takes a free one.\n",
    )


def test_without_a_port_the_next_free_one_is_taken(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jupyter_process, "FIRST_PORT", taken)
    free = jupyter_process.free_port(None)
    assert taken < free < taken + jupyter_process.TRIES


def test_a_deleted_notebook_is_told_with_the_line_that_mends_it(
    run: Run, small_course: Path
) -> None:
    (small_course / "lessons" / "01_names.ipynb").unlink()
    done = run("lab", "1", "--no-browser", "--port", "0")
    assert done.exit_code == 2
    assert "`git checkout -- 01_names.ipynb` in its folder" in done.stderr


def test_a_course_without_lessons(run: Run, small_course: Path) -> None:
    for file in (small_course / "lessons").iterdir():
        file.unlink()
    done = run("lab")
    told = f"There are no lessons in {small_course}.\n"
    assert (done.stderr, done.exit_code) == (told, 2)


@pytest.mark.parametrize(
    ("opens", "wanted", "said"),
    [
        (True, True, "It is open in your browser. If not, here is the address:"),
        (False, True, "There is no browser here. Open this address in one:"),
        (True, False, "Open this address in a browser:"),
    ],
)
def test_what_is_said_of_the_browser(
    small: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    opens: bool,
    wanted: bool,
    said: str,
) -> None:
    opened: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(lab.webbrowser, "get", lambda: None)
    monkeypatch.setattr(lab.webbrowser, "open", lambda url: opened.append(url) or opens)
    address = "http://127.0.0.1:1/lab/tree/lessons/01_names.ipynb?token=t"
    lab._welcome(lab.Screen(), small.lesson("1"), RunningLab(1, "t", 1), wanted)
    assert capsys.readouterr().out.splitlines()[:3] == [said, "", f"  {address}"]
    assert opened == ([address] if wanted else [])


def test_a_log_goes_elsewhere_when_the_clone_cannot_be_written(small: Any) -> None:
    (small.root / ".course").write_text("a file where a folder should be")
    with jupyter_process._log_file(small) as log:
        assert Path(log.name).parent != small.root / ".course"


def test_jupyterlab_keeps_its_tabs_in_the_course(small: Course) -> None:
    with jupyter_process._log_file(small):
        settings = jupyter_process._settings(small, "t")
    workspaces = str(small.root / ".course" / "workspaces")
    assert settings["JUPYTERLAB_WORKSPACES_DIR"] == workspaces


def test_jupyterlab_keeps_its_tabs_elsewhere_when_the_clone_cannot_be_written(
    small: Course,
) -> None:
    (small.root / ".course").write_text("a file where a folder should be")
    settings = jupyter_process._settings(small, "t")
    assert "JUPYTERLAB_WORKSPACES_DIR" not in settings


# One JupyterLab for each clone


def record_of(course: Path) -> Path:
    return course / ".course" / "lab.json"


ALREADY = """\
JupyterLab is already open, on port {port}.
Open this address in a browser:

  http://127.0.0.1:{port}/lab/tree/lessons/{lesson}.ipynb?token={token}

About 10 minutes. Each lesson starts its own OpenRouter.
Ctrl-C in its own terminal stops it, as File > Shut Down does.
"""


@posix
def test_a_second_lab_shows_the_one_that_runs_and_starts_none(
    small_course: Path, plain: Run, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = headless(plain(small_course))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(lab, "jupyter", lambda *_: pytest.fail("a second one began"))
    with started(sys.executable, "-c", WITH_STUB, STUB, env=env) as process:
        read_until(process, "Ctrl-C here stops everything.")
        file = record_of(small_course)
        running = json.loads(file.read_text())
        family = psutil.Process(process.pid).children(recursive=True)
        assert running["pid"] in {one.pid for one in family}
        assert file.stat().st_mode & 0o077 == 0
        for words, lesson in [((), "00_start"), (("1", "--port", "0"), "01_names")]:
            done = run("lab", "--no-browser", *words)
            assert (done.exit_code, done.stderr) == (0, "")
            assert done.stdout == ALREADY.format(lesson=lesson, **running)
        assert json.loads(file.read_text()) == running
        opened: list[str] = []
        monkeypatch.setattr(lab, "_has_browser", lambda: True)
        monkeypatch.setattr(lab.webbrowser, "open", lambda url: not opened.append(url))
        assert "It is open in your browser." in run("lab", "names").stdout
        assert opened == [RunningLab(**running).address("01_names.ipynb")]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert not file.exists()


NOT_RUNNING = [
    "",
    "{",
    "null",
    "[]",
    "{}",
    "[" * 100_000,
    b"\xff\xfe\x00",
    '{"port": PORT, "token": "t"}',
    '{"port": "PORT", "token": "t", "pid": 1}',
    '{"port": PORT.0, "token": "t", "pid": 1}',
    '{"port": 0, "token": "t", "pid": 1}',
    '{"port": 65536, "token": "t", "pid": 1}',
    '{"port": true, "token": "t", "pid": 1}',
    '{"port": PORT, "token": "", "pid": 1}',
    '{"port": PORT, "token": ["t"], "pid": 1}',
    '{"port": PORT, "token": "t\\r\\nX: y", "pid": 1}',
    '{"port": PORT, "token": "wrong", "pid": 1}',
    '{"port": PORT, "token": "silent", "pid": 1}',
    '{"port": PORT, "token": "other", "pid": 1}',
    '{"port": PORT, "token": "list", "pid": 1}',
    '{"port": PORT, "token": "empty", "pid": 1}',
    '{"port": PORT, "token": "closed", "pid": 1}',
]


@pytest.fixture(scope="module")
def others() -> Iterator[int]:
    """The port of a server that takes the token `t`, and does odd things at others."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = self.headers["Authorization"].partition(" ")[2]
            said = {"t": b'{"kernels": 0}', "other": b"hello", "list": b"[]"}
            said["empty"] = b"{}"
            if token == "silent":
                time.sleep(1)
            elif token == "closed":
                self.wfile.write(b"no HTTP\r\n")
            else:
                self.send_response(200 if token in said else 403)
                self.end_headers()
                self.wfile.write(said.get(token, b'{"kernels": 0}'))

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize("text", NOT_RUNNING, ids=lambda text: repr(text)[:50])
def test_a_record_that_is_damaged_or_stale_is_ignored_and_replaced(
    small: Course, others: int, monkeypatch: pytest.MonkeyPatch, text: str | bytes
) -> None:
    monkeypatch.setattr(running_lab, "PATIENCE", 0.5)
    small.state_folder.mkdir()
    data = text.encode() if isinstance(text, str) else text
    record_of(small.root).write_bytes(data.replace(b"PORT", str(others).encode()))
    assert running_lab.find_running(small) is None
    running = RunningLab(others, "t", 1)
    with running_lab.recorded(small, running):
        assert running_lab.find_running(small) == running
    assert not record_of(small.root).exists()


def test_a_port_that_nobody_listens_on_is_nobody(small: Course) -> None:
    small.state_folder.mkdir()
    free = jupyter_process.free_port(0)
    with running_lab.recorded(small, RunningLab(free, "t", 1)):
        assert record_of(small.root).exists()
        assert running_lab.find_running(small) is None


def test_the_record_of_another_lab_is_left_to_it(small: Course) -> None:
    small.state_folder.mkdir()
    ours, theirs = RunningLab(1, "ours", 1), RunningLab(2, "theirs", 2)
    with running_lab.recorded(small, ours):
        running_lab._write(record_of(small.root), theirs)
    assert running_lab._read(record_of(small.root)) == theirs


@posix
@pytest.mark.parametrize("odd", [".course", ".course/lab.json"])
def test_where_no_record_can_be_written_jupyterlab_runs_all_the_same(
    small_course: Path, plain: Run, odd: str
) -> None:
    if odd == ".course":
        (small_course / odd).write_text("a file where a folder should be")
    else:
        (small_course / odd / "inside").mkdir(parents=True)
    env = headless(plain(small_course))
    with started(sys.executable, "-c", WITH_STUB, STUB, env=env) as process:
        read_until(process, "Ctrl-C here stops everything.")
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert rest.endswith("\nStopped. What you saved is on disk.\n")


# The simulator


@posix
def test_the_simulator_answers_until_control_c(
    program: Path, plain: Run, small_course: Path
) -> None:
    with started(program, "sim", env=plain(small_course)) as process:
        said = read_until(process, "Ctrl-C stops it.")
        found = re.findall(r"^  export OPENROUTER_(\w+)=(\S+)$", said, re.M)
        values = {name.lower(): value for name, value in found}
        answer = httpx2.get(
            f"{values['base_url']}/key",
            headers={"Authorization": f"Bearer {values['api_key']}"},
            trust_env=False,
        )
        assert answer.status_code == 200
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    assert (process.returncode, rest, errors) == (0, "\nStopped.\n", "")
    assert said.splitlines()[:3] == [
        "A local OpenRouter answers. Set these two for your program:",
        *(f"  export OPENROUTER_{name}={value}" for name, value in found),
    ]


@posix
@pytest.mark.skipif(not shutil.which("curl"), reason="no curl")
def test_the_line_that_the_simulator_gives_works_when_pasted(
    program: Path, plain: Run, small_course: Path
) -> None:
    env = plain(small_course) | {"COLUMNS": "20"}
    proxy = {"http_proxy": "http://127.0.0.1:9", "no_proxy": "", "NO_PROXY": ""}
    with started(program, "sim", env=env) as process:
        said = read_until(process, "Ctrl-C stops it.")
        [line] = [row for row in said.splitlines() if row.startswith("  curl ")]
        done = subprocess.run(
            shlex.split(line), env=env | proxy, capture_output=True, check=True
        )
    assert "limit" in json.loads(done.stdout)["data"]


def test_the_simulator_on_a_taken_port(run: Run, taken: int) -> None:
    done = run("sim", "--port", str(taken))
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"Port {taken} on 127.0.0.1 cannot be used (" in done.stderr
    assert "choose another" in done.stderr
    assert "[Errno" not in done.stderr
