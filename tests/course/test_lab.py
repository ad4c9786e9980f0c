"""`course lab` and `course sim`: started, answering, and gone afterwards."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import psutil
import pytest

from course import lab

Run = Callable[..., Any]

posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

# Stands in for JupyterLab where only our side is looked at: it starts at once.
STUB = """
import http.server, sys
class Ok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        if "end" in sys.argv:
            import os
            print("the last line", flush=True)
            os._exit(3)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ok).serve_forever()
"""

WITH_STUB = """
import sys
from course import lab
stub, *words = sys.argv[1:]
lab._command_line = lambda course, port: [sys.executable, "-c", stub, str(port), *words]
lab._as_root = lambda: []
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
def session(mini_course: Path, program: Path, plain: Run) -> Iterator[SimpleNamespace]:
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
            ]
        family = psutil.Process(process.pid).children(recursive=True)
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
    assert session.statuses == [200, 200, 403, 201]


def test_no_command_line_holds_the_token(session: Any) -> None:
    assert len(session.lines) >= 2  # JupyterLab and a kernel
    assert not any(session.token in line for line in session.lines)


def test_control_c_ends_it_and_all_that_it_started(session: Any) -> None:
    assert (session.status, session.errors) == (0, "")
    assert session.rest.strip().endswith("Stopped. What you saved is on disk.")
    assert session.alive == []


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
    assert errors.startswith(
        ("JupyterLab ended by itself.", "JupyterLab did not start.")
    )
    assert "  the last line\n" in errors


def test_a_jupyterlab_that_does_not_start_is_told_with_its_log(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "print('one'); raise SystemExit('no module named jupyterlab')"
    monkeypatch.setattr(lab, "_command_line", lambda *_: [sys.executable, "-c", code])
    monkeypatch.setattr(lab, "_as_root", list)
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
        f"Port {taken} is taken or not allowed. "
        "`course lab --port 0` takes a free one.\n",
    )


def test_without_a_port_the_next_free_one_is_taken(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "FIRST_PORT", taken)
    assert taken < lab._free_port(None) < taken + lab.TRIES


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
    lab._welcome(lab.Screen(), small.lesson("1"), "http://127.0.0.1:1/", wanted)
    assert capsys.readouterr().out.splitlines()[0] == said
    assert opened == (["http://127.0.0.1:1/"] if wanted else [])


def test_a_log_goes_elsewhere_when_the_clone_cannot_be_written(small: Any) -> None:
    (small.root / ".course").write_text("a file where a folder should be")
    with lab._log_file(small) as log:
        assert Path(log.name).parent != small.root / ".course"


# The simulator


@posix
def test_the_simulator_answers_until_control_c(
    program: Path, plain: Run, small_course: Path
) -> None:
    with started(program, "sim", env=plain(small_course)) as process:
        said = read_until(process, "Ctrl-C stops it.")
        values = dict(re.findall(r"^ +(base_url|api_key)=(\S+)$", said, re.M))
        answer = httpx2.get(
            f"{values['base_url']}/key",
            headers={"Authorization": f"Bearer {values['api_key']}"},
            trust_env=False,
        )
        assert answer.status_code == 200
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    assert (process.returncode, rest, errors) == (0, "\nStopped.\n", "")
    assert said.startswith("A local OpenRouter answers. Set these two in your program:")


def test_the_simulator_on_a_taken_port(run: Run, taken: int) -> None:
    done = run("sim", "--port", str(taken))
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"Port {taken} on 127.0.0.1 cannot be used (" in done.stderr
    assert "choose another" in done.stderr
    assert "[Errno" not in done.stderr
