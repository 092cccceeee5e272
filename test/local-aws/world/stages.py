"""kwok stages for the world: the kwok module's own files (../kubernetes/build.sh puts them beside the binaries), with the world's switches patched in.

Pod annotations `world/ready-delay`, `world/stop-delay`, `world/job-duration` are durations; `world/never-ready` on a pod and `world/not-ready` on a node are switches."""

import copy, re, yaml


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

    by_name["pod-not-ready"] = never_ready(by_name["pod-ready"])
    absent("node-initialize", '.metadata.annotations["world/not-ready"]')
    absent("pod-ready", '.metadata.annotations["world/never-ready"]')
    absent("pod-delete", ".metadata.finalizers")
    delay("pod-ready", ready_ms, "world/ready-delay")
    delay("pod-complete", 5000, "world/job-duration")
    delay("pod-delete", stop_ms, "world/stop-delay")
    return yaml.safe_dump_all(by_name.values(), sort_keys=False)


def never_ready(pod_ready):
    """The stage of pods that run but are not ready. Without the annotation a pod becomes ready, from here too."""
    stage = copy.deepcopy(pod_ready)
    stage["metadata"]["name"] = "pod-not-ready"
    stage["spec"]["selector"]["matchExpressions"].append({"key": '.metadata.annotations["world/never-ready"]', "operator": "Exists"})
    said = stage["spec"]["next"]["statusTemplate"]
    said, conditions = re.subn(r'status: "True"\n(\s*)type: (Ready|ContainersReady)', r'status: "False"\n\1type: \2', said)
    said, containers = re.subn(r"(range \.spec\.containers.*?)ready: true", r"\1ready: false", said, flags=re.S)
    if (conditions, containers) != (2, 1):
        raise RuntimeError(f"pod-ready is not as expected: {conditions} conditions, {containers} containers")
    stage["spec"]["next"]["statusTemplate"] = said
    phase = next(e for e in pod_ready["spec"]["selector"]["matchExpressions"] if e["key"] == ".status.phase")
    phase["values"].append("Running")
    return stage
