"""Which process holds the other end of a connection: how a function can be killed while its call is on the way."""

import os, pathlib, signal


def process_of(port, server_port, ancestor):
    """The pid, below the process `ancestor`, whose socket 127.0.0.1:port is connected to our server_port; None if there is none."""
    wanted = f"0100007F:{port:04X}", f"0100007F:{server_port:04X}"
    rows = (line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:])
    inodes = {f"socket:[{r[9]}]" for r in rows if (r[1], r[2]) == wanted}
    for pid in descendants(ancestor):
        try:
            if any(os.readlink(fd) in inodes for fd in pathlib.Path(f"/proc/{pid}/fd").iterdir()):
                return pid
        except OSError:  # ended meanwhile
            pass
    return None


def descendants(ancestor):
    children = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = stat.parent.name, stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(rest[1]), []).append(int(pid))
    found = list(children.get(ancestor, ()))
    for pid in found:
        found += children.get(pid, ())
    return found


def function_of(pid):
    """Name of the Lambda function that a process runs."""
    try:
        env = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return None
    return next((v.split(b"=", 1)[1].decode() for v in env if v.startswith(b"AWS_LAMBDA_FUNCTION_NAME=")), None)


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
