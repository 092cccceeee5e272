"""Fault switches of the world, set through POST /_admin (see README.md)."""

import datetime as dt, fnmatch, json, time
from . import callers


FAULTS = {
    "throttle",
    "fail",
    "access_denied",
    "latency",
    "hold",
    "degraded",
    "no_capacity",
    "never_join",
    "not_ready",
    "launch_delay",
    "update_stuck",
    "update_fails",
    "crash",
    "hang",
    "restart",
}
CALL_FAULTS = {"throttle", "fail", "access_denied", "latency", "hold", "crash"}
HOLD_SECONDS = 120
TUNE = {
    *("today", "support_end", "regions", "organization", "page_size", "update_seconds", "create_seconds", "create_timeout", "quotas"),
    *("cluster_insights", "cluster_updates", "ami_releases", "free_ips"),
}


FIELDS = {
    "fault",
    "clear",
    "set",
    "account",
    "region",
    "cluster",
    "nodegroup",
    "operation",
    "count",
    "code",
    "status",
    "message",
    "seconds",
    "at_most",
    "function",
    "key",
    "after",
    "plane",
    "zone",
    "terminate",
    "break",
    "repair",
}


class AwsError(Exception):
    """An error that the world answers with: HTTP status, AWS error code, message."""

    def __init__(self, status, code, message):
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message = status, code, message


class CallerKilled(Exception):
    """The function that waited for the answer is no more."""

    def __init__(self, function):
        super().__init__(function)
        self.function = function


class Faults:
    """Active faults and the tunable figures; part of the proxy."""

    def fault(self, kind, **match):
        """First active fault of a kind; what a fault does not name matches everything."""
        with self.lock:
            for f in self.faults:
                if f["fault"] == kind and all(f.get(k) is None or fnmatch.fnmatchcase(v or "", f[k]) for k, v in match.items()):
                    return f

    def ng_fault(self, kind, key):
        return self.fault(kind, **dict(zip(("account", "region"), key[0].split(":"))), cluster=key[1], nodegroup=key[2])

    def call_faults(self, account, region, service, op, params, port, forward):
        """Waits, raises or kills the caller, which holds the client's `port`, as the active faults say; asked before every call."""
        with self.lock:
            if not any(f["fault"] in CALL_FAULTS for f in self.faults):
                return
            wanted = any("function" in f or f["fault"] == "crash" for f in self.faults)
        pid, function = self.caller(port) if wanted else (None, None)
        at = dict(account=account, region=region, operation=op, cluster=params.get("name"), function=function, key=params.get("Key"))
        f = self.fault("latency", **at)
        if f:
            time.sleep(f.get("seconds", 1))
        deadline = time.monotonic() + HOLD_SECONDS
        while self.fault("hold", **at) and time.monotonic() < deadline:
            time.sleep(0.05)
        if self.fault("access_denied", **at):
            code = "AccessDenied" if service in ("autoscaling", "elasticloadbalancing", "s3", "sts") else "AccessDeniedException"
            raise AwsError(403, code, f"User is not authorized to perform: {service}:{op} (injected)")
        f = self.take("crash", **at) if pid else None
        if f:
            if f.get("after"):
                forward()
            callers.kill(pid)
            raise CallerKilled(function)
        f = self.take("throttle", **at) or self.take("fail", **at)
        if f:
            slow = (503, "SlowDown", "Please reduce your request rate.")
            throttled = slow if service == "s3" else (429, "ThrottlingException", "Rate exceeded")
            raise AwsError(*(f.get(k, default) for k, default in zip(("status", "code", "message"), throttled)))

    def take(self, kind, **match):
        """The first active fault of a kind, which thereby has one time less to happen."""
        with self.lock:
            f = self.fault(kind, **match)
            if f:
                f["count"] = f.get("count", 1) - 1
                if f["count"] <= 0:
                    self.faults.remove(f)
            return f

    def admin(self, body):
        """POST {"fault": kind, ...} adds; {"clear": kind|"*"} removes; {"set": {figure: value}} tunes;
        {"terminate"|"break"|"repair": node or instance id} does so; GET shows."""
        unknown = set(body) - FIELDS | set(body.get("set", {})) - TUNE | ({body["fault"]} - FAULTS if "fault" in body else set())
        if unknown:  # a typing error must not pass as "no fault"
            raise AwsError(400, "InvalidFault", f"unknown: {', '.join(sorted(unknown))} in {json.dumps(body)}")
        if body.get("fault") == "restart":  # happens, and is over when this answers
            self.audit("ADMIN", **body)
            self.planes[body["plane"]].restart(body.get("seconds", 0))
            return {"faults": self.faults}
        with self.lock:
            for action in ("terminate", "break", "repair"):
                if action in body:
                    self.to_instance(action, body[action])
            if "clear" in body:
                for f in [f for f in self.faults if body["clear"] in ("*", f["fault"])]:
                    self.faults.remove(f)
                    if f["fault"] == "hang":
                        self.planes[f["plane"]].resume()
            if "fault" in body:
                if body["fault"] == "hang":
                    self.planes[body["plane"]].pause()
                self.faults.append(dict(body))
            for k, v in body.get("set", {}).items():
                if k == "today":
                    d = dt.date.fromisoformat(v)
                    self.today = lambda: d
                else:
                    setattr(self, k, v)
            if body:
                self.audit("ADMIN", **body)
            return {"faults": self.faults, "nodegroups": ["/".join(k) + " " + v["status"] for k, v in self.ng.items()]}

    def to_instance(self, action, name):
        """What happens to one instance from outside. The reconciler does it."""
        for group in self.instances.values():
            for i in group.values():
                if name in (i["id"], i["node"]):
                    if action == "terminate":
                        self.doomed[i["id"]] = "admin"
                    else:
                        i["broken"] = action == "break"
                    return
        raise AwsError(400, "InvalidFault", f"no instance or node {name}")
