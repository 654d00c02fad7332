"""Runs a command in a terminal of its own and prints what came of it as JSON.

terminal.py '{"columns": 80, "rows": 24, "steps": [{"wait": "text", "send": "q", "resize": [120, 40]}]}' COMMAND...

A step waits until the text has been written since the step before, then resizes the terminal, then sends keys.
`restored`: the terminal's modes are what they were.
"""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

LIMIT_S = 60


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def main():
    plan = json.loads(sys.argv[1])
    here, there = pty.openpty()
    resize(there, plan["columns"], plan["rows"])
    before = termios.tcgetattr(there)
    child = subprocess.Popen(
        sys.argv[2:],
        stdin=there,
        stdout=there,
        stderr=there,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    written = b""
    seen = 0
    steps = list(plan["steps"])
    until = time.monotonic() + LIMIT_S
    while True:
        readable, _, _ = select.select([here], [], [], 0.1)
        if readable:
            written += os.read(here, 65536)
        elif child.poll() is not None:
            break
        if time.monotonic() > until:
            child.kill()
            break
        if steps and steps[0]["wait"].encode() in written[seen:]:
            step = steps.pop(0)
            seen = len(written)
            if "resize" in step:
                resize(here, *step["resize"])
            os.write(here, step.get("send", "").encode())
    code = child.wait()
    print(
        json.dumps(
            {
                "code": code,
                "restored": termios.tcgetattr(there) == before,
                "stepsLeft": len(steps),
                "written": written.decode("utf8", "replace"),
            }
        )
    )


main()
