"""`make run`: set up whatever is missing, then the web server and the scheduler, until Ctrl-C.

Runs with the system's Python until .venv is there, then continues inside it. Everything is kept under
`instance/` (INSTANCE_PATH): run again and it starts in seconds with the data as it was.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "tools"))

import setup  # noqa: E402  (our neighbour in tools/, not the package of that name)

HOST = os.environ.get("HOST") or "127.0.0.1"
STOP_SECONDS = 20


def main() -> int:
    port = _port()
    _check_port(port)
    _check_write_access()
    setup.main(dev=False)
    environment = {
        **os.environ,
        "HOST": HOST,
        "PORT": str(port),
        "DEMONSTRATION": os.environ.get("DEMONSTRATION", "1"),
    }
    environment.setdefault("LOG_FORMAT", "text")
    environment.setdefault("LOG_LEVEL", "WARNING")
    flask = [setup.PYTHON, "-m", "flask", "--app", "wsgi"]
    if subprocess.run([*flask, "demo", "prepare"], cwd=PROJECT, env=environment).returncode:
        print("The database could not be made ready; the lines above say why.", file=sys.stderr)
        return 1
    web = [
        setup.PYTHON, "-m", "gunicorn", "--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4",
        "--worker-tmp-dir", _memory_folder(), "--no-control-socket", "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip
    processes = [
        subprocess.Popen(command, cwd=PROJECT, env=environment, start_new_session=True)
        for command in (web, [*flask, "scheduler"])
    ]
    try:
        return _stay(processes, f"http://{_shown(HOST)}:{port}")
    finally:
        _stop(processes)


def _port() -> int:
    value = os.environ.get("PORT") or "8000"
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise SystemExit(f"PORT must be a number from 1 to 65535, not {value!r}.")
    return int(value)


def _check_port(port: int) -> None:
    try:
        family = socket.getaddrinfo(HOST, port, type=socket.SOCK_STREAM)[0][0]
    except OSError:
        raise SystemExit(f"HOST {HOST!r} is not an address of this machine.") from None
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SystemExit(
                f"Cannot listen on {HOST}:{port} ({error.strerror}). Choose another: make run PORT={port + 80}"
            ) from None


def _check_write_access() -> None:
    folder = Path(os.environ.get("INSTANCE_PATH") or PROJECT / "instance")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".write-test").touch()
        (folder / ".write-test").unlink()
    except OSError as error:
        raise SystemExit(
            f"No write access to {folder} ({error.strerror}). Set INSTANCE_PATH to a folder of yours."
        ) from None


def _memory_folder() -> str:
    """Where gunicorn's workers touch their sign of life: never on a slow disk, which would look like a hang."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else "."


def _shown(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host


def _stay(processes: list[subprocess.Popen[bytes]], address: str) -> int:
    """Print where to go, then wait until somebody stops us or a process ends by itself."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    print(f"\n  Đúng Hạn: {address}   (Ctrl-C ends it)\n", flush=True)
    while not stopped.wait(0.5):
        for process in processes:
            if process.poll() is not None:
                print("A process has ended; stopping the other. The lines above say why.", file=sys.stderr)
                return 1
    return 0


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
