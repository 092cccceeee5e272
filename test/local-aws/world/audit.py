"""The record of everything that happened in the world: in memory and as JSON lines (audit.jsonl)."""

import json, threading, time


class Audit:
    """Events such as CALL, NODE_JOINED, TOKEN_REFUSED; each with the time `t` in seconds since 1970."""

    def __init__(self, path):
        self.f, self.events, self.lock = open(path, "a", buffering=1), [], threading.Lock()

    def __call__(self, event, **kw):
        e = {"t": round(time.time(), 3), "event": event, **kw}
        with self.lock:
            self.events.append(e)
            self.f.write(json.dumps(e, default=str) + "\n")

    def of(self, event, **match):
        with self.lock:
            return [e for e in self.events if e["event"] == event and all(e.get(k) == v for k, v in match.items())]
