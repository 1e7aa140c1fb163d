"""`make run` as its user: it starts, shows where to go, keeps the data, stops on Ctrl-C, says what is wrong."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
RUN = [sys.executable, str(PROJECT / "tools" / "run.py")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return {
        **kept,
        "INSTANCE_PATH": str(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def running(folder: Path, port: int) -> Iterator[str]:
    """What was printed until the address stood there; afterwards Ctrl-C, and everything has ended."""
    process = subprocess.Popen(
        RUN, cwd=PROJECT, env=environment(folder, port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    printed = []
    try:
        for line in process.stdout:
            printed.append(line)
            if f"http://127.0.0.1:{port}" in line:
                break
        yield "".join(printed)
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
        assert process.returncode == 0, "".join(printed) + rest
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "the web server still answers"


def get(opener: urllib.request.OpenerDirector, address: str, form: dict[str, str] | None = None) -> str:
    """The page; the server may need a moment until it listens, so a refused connection is tried again."""
    data = urllib.parse.urlencode(form).encode() if form else None
    for _attempt in range(2000):
        try:
            with opener.open(address, data, timeout=20) as answer:
                return answer.read().decode()
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
    raise AssertionError(f"{address} did not answer")


def sign_in(port: int, email: str, password: str) -> str:
    """Sign in as a browser does and return the first page."""
    address = f"http://127.0.0.1:{port}"
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = get(opener, f"{address}/account/sign-in")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    return get(
        opener, f"{address}/account/sign-in", {"csrf_token": token[1], "email": email, "password": password}
    )


def test_it_opens_the_demonstration_keeps_its_data_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as printed:
        account = re.search(r"(hanh@\S+)\s+(\S+)", printed)
        assert account, printed
        page = sign_in(port, account[1], account[2])
        assert "Việc của tôi" in page
        assert "Quá hạn" in page
        ready = get(urllib.request.build_opener(), f"http://127.0.0.1:{port}/readyz")
        assert '"database":"ok"' in ready.replace(" ", "")
    with running(tmp_path, port) as printed:
        assert "Loading" not in printed
        assert "Việc của tôi" in sign_in(port, account[1], account[2])


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"PORT": "eighty"}, "PORT must be a number"),
        ({"HOST": "not an address"}, "is not an address of this machine"),
        ({"INSTANCE_PATH": "/dev/null/instance"}, "No write access"),
    ],
)
def test_what_cannot_work_is_said_in_one_line(tmp_path: Path, setting: dict[str, str], says: str) -> None:
    run = subprocess.run(
        RUN,
        cwd=PROJECT,
        env={**environment(tmp_path, free_port()), **setting},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode != 0
    assert says in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_a_busy_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = subprocess.run(
            RUN,
            cwd=PROJECT,
            env=environment(tmp_path, taken.getsockname()[1]),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert run.returncode != 0
    assert "Cannot listen on" in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
