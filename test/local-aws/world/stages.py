"""kwok stages for the world: the kwok module's own files (../kubernetes/build.sh puts them beside the binaries), with the world's switches patched in.

Pod annotations `world/ready-delay`, `world/stop-delay`, `world/job-duration` are durations; `world/never-ready` on a pod and `world/not-ready` on a node are switches."""

import yaml


def stages(folder, ready_ms, stop_ms):
    """The stages as YAML; pods are ready and gone after so many milliseconds."""
    files = [
        "node/fast/node-initialize.yaml",
        "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
        "pod/fast/pod-ready.yaml",
        "pod/fast/pod-complete.yaml",
        "pod/fast/pod-delete.yaml",
    ]
    by_name = {s["metadata"]["name"]: s for f in files for s in yaml.safe_load_all((folder / f).read_text()) if s}
    absent = lambda name, key: (
        by_name[name]["spec"].setdefault("selector", {}).setdefault("matchExpressions", []).append({"key": key, "operator": "DoesNotExist"})
    )

    def delay(name, ms, annotation):
        by_name[name]["spec"]["delay"] = {
            "durationMilliseconds": ms,
            "durationFrom": {"expressionFrom": f'.metadata.annotations["{annotation}"]'},
        }

    absent("node-initialize", '.metadata.annotations["world/not-ready"]')
    absent("pod-ready", '.metadata.annotations["world/never-ready"]')
    absent("pod-delete", ".metadata.finalizers")
    delay("pod-ready", ready_ms, "world/ready-delay")
    delay("pod-complete", 5000, "world/job-duration")
    delay("pod-delete", stop_ms, "world/stop-delay")
    return yaml.safe_dump_all(by_name.values(), sort_keys=False)
