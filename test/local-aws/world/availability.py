"""Availability as seen from outside: what every control plane serves, sampled to samples.jsonl (`"sample": seconds` in the spec)."""

import json, threading, time


def ready(o):
    return any(c["type"] == "Ready" and c["status"] == "True" for c in o.get("status", {}).get("conditions", []))


class Sampler(threading.Thread):
    """One line a sample and plane: ready/wanted replicas per workload, healthy/desired per budget, schedulable CPU (m), nodes cordoned or not ready."""

    def __init__(self, path, planes, reconciler, audit, seconds):
        super().__init__(daemon=True)
        self.path, self.planes, self.reconciler, self.audit, self.seconds = path, planes, reconciler, audit, seconds
        self.stop_event = threading.Event()

    def run(self):
        with open(self.path, "a", buffering=1) as f:
            while not self.stop_event.wait(self.seconds):
                for name, plane in self.planes.items():
                    try:
                        f.write(json.dumps({"t": round(time.time(), 3), "plane": name, **self.observe(plane.kube)}) + "\n")
                    except Exception as e:
                        self.audit("SAMPLE_ERROR", error=repr(e)[:200])

    def observe(self, kube):
        named = lambda o: f"{o['metadata']['namespace']}/{o['metadata']['name']}"
        controllers = [o for kind in ("deployments", "statefulsets") for o in kube.items(f"/apis/apps/v1/{kind}")]
        budgets = [b for b in kube.items("/apis/policy/v1/poddisruptionbudgets") if b.get("status")]
        cpu, cordoned, not_ready, nodes = 0, [], [], kube.items("/api/v1/nodes")
        for n in nodes:
            if n["spec"].get("unschedulable"):
                cordoned.append(n["metadata"]["name"])
            elif ready(n):
                v = n["status"]["allocatable"]["cpu"]
                cpu += int(v[:-1]) if v.endswith("m") else 1000 * int(v)
            if not ready(n):
                not_ready.append(n["metadata"]["name"])
        return {
            "workloads": {named(o): (o.get("status", {}).get("readyReplicas", 0), o["spec"].get("replicas", 1)) for o in controllers},
            "pdbs": {named(b): (b["status"].get("currentHealthy", 0), b["status"].get("desiredHealthy", 0)) for b in budgets},
            "cpu": cpu,
            "nodes": len(nodes),
            "cordoned": cordoned,
            "notready": not_ready,
            "groups": dict(self.reconciler.sizes),
        }
