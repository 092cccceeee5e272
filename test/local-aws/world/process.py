"""Child processes of the world and the ports they get."""

import ctypes, os, signal, socket, subprocess


def free_ports(n):
    socks = [socket.socket() for _ in range(n)]
    for s in socks:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in socks]
    for s in socks:
        s.close()
    return ports


LIBC = ctypes.CDLL("libc.so.6")


class Proc:
    """One child process in its own session; ended by pid, never by name; dies with the thread which started it (PDEATHSIG)."""

    def __init__(self, name, argv, log, env=None, cwd=None):
        self.name = name
        self.p = subprocess.Popen(
            [str(a) for a in argv],
            stdin=subprocess.DEVNULL,
            stdout=open(log, "ab"),
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: LIBC.prctl(1, signal.SIGKILL),
        )

    def stop(self, grace=8):
        if self.p.poll() is None:
            try:
                os.killpg(self.p.pid, signal.SIGCONT)  # a paused process would not hear
                os.killpg(self.p.pid, signal.SIGTERM)  # the group holds only what this child started (Lambda workers)
            except ProcessLookupError:
                pass
            try:
                self.p.wait(grace)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.p.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.p.wait()
