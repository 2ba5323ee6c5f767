"""Resident memory of an idle server with its model loaded, over all of its processes.

    python benchmarks/idle_memory.py

Starts `sfumato serve` on a free port with a data folder of its own, makes one small picture, lets
it rest, and adds up the processes. Shared pages are counted once where the system tells (PSS on
Linux); else resident sizes are added, which counts them too often. Prints MB and the target.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from time import sleep

TARGET_MB = 500
REST_SECONDS = 10


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SFUMATO_HOME": home, "SFUMATO_PORT": "0"}
        command = [sys.executable, "-u", "-m", "sfumato", "serve"]
        server = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            make_a_picture(address_of(server))
            sleep(REST_SECONDS)
            report(server.pid)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def address_of(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None
    for line in server.stdout:
        if match := re.search(r"http://[\w.:\[\]-]+", line):
            return match[0]
    raise SystemExit("The server ended without an address.")


def make_a_picture(address: str) -> None:
    body = json.dumps({"model": "gpt-image-2", "prompt": "a red apple", "quality": "low"}).encode()
    request = urllib.request.Request(
        f"{address}/v1/images/generations", body, {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=300) as answer:
        answer.read()


def report(parent: int) -> None:
    total = 0.0
    for pid in (parent, *descendants(parent)):
        megabytes = memory_of(pid)
        total += megabytes
        print(f"process {pid:7}   {megabytes:7.1f} MB   {command_of(pid)}")
    print(f"all processes     {total:7.1f} MB   target below {TARGET_MB} MB")


def descendants(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True)
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    children = [pid for pid, above in pairs if above == parent]
    return [pid for child in children for pid in (child, *descendants(child))]


def memory_of(pid: int) -> float:
    """MB: the proportional set size where the system knows it, else the resident size."""
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    if rollup.exists() and (match := re.search(r"^Pss:\s+(\d+) kB", rollup.read_text(), re.M)):
        return int(match[1]) / 1024
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True)
    return int(listed.stdout) / 1024


def command_of(pid: int) -> str:
    listed = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True)
    return listed.stdout.strip()[-60:]


if __name__ == "__main__":
    main()
