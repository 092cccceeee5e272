"""Fault switches of the world, set through POST /_admin (see README.md)."""

import datetime as dt, json, time


FAULTS = {
    "throttle",
    "fail",
    "access_denied",
    "latency",
    "degraded",
    "no_capacity",
    "never_join",
    "not_ready",
    "launch_delay",
    "update_stuck",
    "update_fails",
}
TUNE = {"today", "page_size", "update_seconds", "create_seconds", "create_timeout"}


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
}


class AwsError(Exception):
    """An error that the world answers with: HTTP status, AWS error code, message."""

    def __init__(self, status, code, message):
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message = status, code, message


class Faults:
    """Active faults and the tunable figures; part of the proxy."""

    def fault(self, kind, **match):
        """First active fault of a kind; what a fault does not name matches everything."""
        with self.lock:
            for f in self.faults:
                if f["fault"] == kind and all(f.get(k) in (None, "*", v) for k, v in match.items()):
                    return f

    def ng_fault(self, kind, key):
        return self.fault(kind, **dict(zip(("account", "region"), key[0].split(":"))), cluster=key[1], nodegroup=key[2])

    def call_faults(self, account, region, service, op, cluster):
        """Waits or raises as the active faults say; asked before every call."""
        at = dict(account=account, region=region, operation=op, cluster=cluster)
        f = self.fault("latency", **at)
        if f:
            time.sleep(f.get("seconds", 1))
        if self.fault("access_denied", **at):
            raise AwsError(403, "AccessDeniedException", f"User is not authorized to perform: {service}:{op} (injected)")
        with self.lock:
            f = self.fault("throttle", **at) or self.fault("fail", **at)
            if f:
                f["count"] = f.get("count", 1) - 1
                if f["count"] <= 0:
                    self.faults.remove(f)
        if f:
            raise AwsError(f.get("status", 429), f.get("code", "ThrottlingException"), f.get("message", "Rate exceeded"))

    def admin(self, body):
        """POST {"fault": kind, ...} adds; {"clear": kind|"*"} removes; {"set": {figure: value}} tunes; GET shows."""
        unknown = set(body) - FIELDS | set(body.get("set", {})) - TUNE | ({body["fault"]} - FAULTS if "fault" in body else set())
        if unknown:  # a typing error must not pass as "no fault"
            raise AwsError(400, "InvalidFault", f"unknown: {', '.join(sorted(unknown))} in {json.dumps(body)}")
        with self.lock:
            if "clear" in body:
                self.faults[:] = [f for f in self.faults if body["clear"] not in ("*", f["fault"])]
            if "fault" in body:
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
