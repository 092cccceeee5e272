"""Reconciler: makes the cluster's Node objects follow the Auto Scaling groups (managed node groups and plain ASGs).

Truth for min/max/desired is the ASG in ministack.  Instances live here: launched -> joined (Node object) -> terminated.
Termination is abrupt, as for an EC2 instance: the Node and every pod on it vanish; pods which had not been evicted are
recorded as LOST_PODS (a correct rotation records none), pods cut during their graceful termination as CUT_PODS."""

import random, threading, time, uuid
from . import tables

EFFECT = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}


class Reconciler(threading.Thread):
    def __init__(self, proxy, audit, planes, interval=0.3, launch_delay=1.0, seed=7):
        super().__init__(daemon=True)
        self.proxy, self.audit, self.planes, self.interval, self.launch_delay = proxy, audit, planes, interval, launch_delay
        self.rnd, self.stop_event, self.counter, self.errors, self.sizes = random.Random(seed), threading.Event(), 0, 0, {}

    def run(self):
        while not self.stop_event.wait(self.interval):
            try:
                self.proxy.tick()
                self.tick()
            except Exception as e:
                self.errors += 1
                self.audit("RECONCILE_ERROR", error=repr(e)[:300])

    def tick(self):
        sizes = {}
        for scope in sorted(self.proxy.scopes):
            for page in self.proxy.client(scope, "autoscaling").get_paginator("describe_auto_scaling_groups").paginate():
                for asg in page["AutoScalingGroups"]:
                    tags = {t["Key"]: t["Value"] for t in asg.get("Tags", [])}
                    cluster = next(
                        (k.rsplit("/", 1)[1] for k, v in tags.items() if k.startswith("kubernetes.io/cluster/") and v == "owned"), None
                    )
                    target = self.proxy.clusters.get((scope, cluster))
                    if target and target.get("plane"):
                        self.group(scope, cluster, asg, tags, self.planes[target["plane"]].kube, sizes)
        self.sizes = sizes

    def group(self, scope, cluster, asg, tags, kube, sizes):
        name = asg["AutoScalingGroupName"]
        ngname = tags.get("eks:nodegroup-name")
        key = (scope, cluster, ngname or name)
        account, region = scope.split(":")
        rec = self.proxy.ng.get(key) if ngname else None
        if ngname and not rec:
            return
        fault = lambda kind: self.proxy.ng_fault(kind, key)
        inst = self.proxy.instances.setdefault((scope, name), {})
        suspended = self.proxy.suspended.get((scope, name), set())
        want = asg["DesiredCapacity"]
        if rec:
            if rec["status"] == "DELETING":
                want = 0
            elif rec["status"] != "UPDATING":
                rec["scalingConfig"] = {"minSize": asg["MinSize"], "maxSize": asg["MaxSize"], "desiredSize": want}
        itype = (rec["instanceTypes"][0] if rec else tags.get("world:instance-type")) or "m6i.large"
        # --- launch ---
        cap = fault("no_capacity")
        room = want - len(inst) if "Launch" not in suspended else 0
        short, zones = 0, asg["AvailabilityZones"]
        if cap and room > 0:
            usable = [z for z in zones if z != cap.get("zone")]
            at_most = cap.get("at_most", len(inst) + room if usable and cap.get("zone") else 0)
            short, zones = room - max(0, min(room, at_most - len(inst))), usable or zones
            room -= short
        for _ in range(room):
            self.counter += 1
            iid = "i-" + uuid.uuid4().hex[:17]
            zone = min(zones, key=lambda z: sum(i["zone"] == z for i in inst.values()))
            ip = f"10.0.{self.counter // 250}.{self.counter % 250}"
            inst[iid] = {
                "id": iid,
                "zone": zone,
                "type": itype,
                "node": f"ip-{ip.replace('.', '-')}.{'ec2' if region == 'us-east-1' else region + '.compute'}.internal",
                "ip": ip,
                "t": time.time(),
                "joined": False,
                "ready": False,
                "held": False,
            }
        if rec:  # what EKS shows when the ASG cannot launch
            issues = [i for i in rec["health"]["issues"] if i["code"] != "AsgInstanceLaunchFailures"]
            if short:
                issues.append(
                    {
                        "code": "AsgInstanceLaunchFailures",
                        "resourceIds": [name],
                        "message": f"Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient {itype} capacity in the Availability Zone you requested ({region}a). Launching EC2 instance failed.",
                    }
                )
            rec["health"]["issues"] = issues
        # --- terminate (arbitrary victims, or those named by TerminateInstanceInAutoScalingGroup) ---
        doomed = self.proxy.doomed
        victims = [i for i in inst.values() if i["id"] in doomed]
        if "Terminate" not in suspended:
            rest = [i for i in inst.values() if i not in victims and i["id"] not in self.proxy.protected]
            n = len(inst) - len(victims) - want
            if n > 0:
                victims += self.rnd.sample(rest, min(n, len(rest)))
        for v in victims:
            doomed.setdefault(v["id"], "scale-in")  # chosen once, even if the API server is away meanwhile
        for v in victims:
            self.terminate(scope, cluster, key[2], kube, v, doomed[v["id"]])
            inst.pop(v["id"])
            doomed.pop(v["id"])
        # --- join, readiness, labels and taints ---
        delay = (fault("launch_delay") or {}).get("seconds", self.launch_delay)
        nojoin, notready = fault("never_join"), fault("not_ready")
        dirty = rec["_dirty"] if rec else 0
        live = None
        for i in inst.values():
            if not i["joined"] and not nojoin and time.time() >= i["t"] + delay:
                self.join_node(scope, cluster, key[2], kube, rec, tags, i, bool(notready))
            if not i["joined"]:
                continue
            if i.get("broken") and not i["held"]:
                self.stop_kubelet(kube, i)
            if not i["ready"] or i.get("held"):
                if live is None:
                    live = {n["metadata"]["name"]: n for n in kube.items("/api/v1/nodes")}
                n = live.get(i["node"])
                i["ready"] = bool(n) and any(
                    c["type"] == "Ready" and c["status"] == "True" for c in n.get("status", {}).get("conditions", [])
                )
                if i.get("held") and not notready and not i.get("broken"):
                    kube.merge(f"/api/v1/nodes/{i['node']}", {"metadata": {"annotations": {"world/not-ready": None}}})
                    i["held"] = False
            if i.get("dirty", 0) != dirty and self.relabel(kube, rec, i):
                i["dirty"] = dirty
        sizes[f"{account}/{cluster}/{key[2]}"] = {
            "desired": want,
            "instances": len(inst),
            "joined": sum(i["joined"] for i in inst.values()),
            "ready": sum(i["ready"] for i in inst.values()),
        }

    def join_node(self, scope, cluster, ng, kube, rec, tags, i, notready):
        cpu, gib, pods, arch = tables.TYPES.get(i["type"], (2, 8, 29, "amd64"))
        version = (rec or {}).get("version") or tags.get("world:version") or self.proxy.clusters[scope, cluster]["version"]
        labels = {
            "kubernetes.io/hostname": i["node"],
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": arch,
            "node.kubernetes.io/instance-type": i["type"],
            "topology.kubernetes.io/region": scope.split(":")[1],
            "topology.kubernetes.io/zone": i["zone"],
            "world/cluster": cluster,
        }
        if rec:
            labels |= {
                "eks.amazonaws.com/nodegroup": ng,
                "eks.amazonaws.com/capacityType": rec.get("capacityType", "ON_DEMAND"),
                **rec.get("labels", {}),
            }
        pre = "k8s.io/cluster-autoscaler/node-template/label/"
        labels |= {k[len(pre) :]: v for k, v in tags.items() if k.startswith(pre)}
        taints = [{"key": t["key"], "value": t.get("value", ""), "effect": EFFECT[t["effect"]]} for t in (rec or {}).get("taints", [])]
        image, kernel, runtime = tables.operating_system((rec or {}).get("amiType", ""))
        node = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": i["node"], "labels": labels, "annotations": {"world/not-ready": "true"} if notready else {}},
            "spec": {"providerID": f"aws:///{i['zone']}/{i['id']}", "taints": taints},
            "status": {
                "capacity": {"cpu": str(cpu), "memory": f"{gib}Gi", "pods": str(pods), "ephemeral-storage": "80Gi"},
                "allocatable": {
                    "cpu": f"{cpu * 1000 - 70}m",
                    "memory": f"{gib * 1024 - 900}Mi",
                    "pods": str(pods),
                    "ephemeral-storage": "72Gi",
                },
                "addresses": [{"type": "InternalIP", "address": i["ip"]}, {"type": "Hostname", "address": i["node"]}],
                "nodeInfo": {
                    "architecture": arch,
                    "bootID": "",
                    "containerRuntimeVersion": runtime,
                    "kernelVersion": kernel,
                    "kubeProxyVersion": "",
                    "kubeletVersion": f"v{version}.4-eks-1234567",
                    "machineID": "",
                    "operatingSystem": "linux",
                    "osImage": image,
                    "systemUUID": "",
                },
            },
        }
        if notready:
            node["status"]["conditions"] = [
                {
                    "type": "Ready",
                    "status": "False",
                    "reason": "KubeletNotReady",
                    "message": "container runtime network not ready: cni plugin not initialized",
                }
            ]
        st, obj = kube("POST", "/api/v1/nodes", node)
        if st not in (201, 409):
            raise RuntimeError(f"join {i['node']}: {st} {obj}")
        i["joined"], i["held"] = True, notready
        self.audit(
            "NODE_JOINED",
            account=scope.split(":")[0],
            cluster=cluster,
            group=ng,
            node=i["node"],
            instance=i["id"],
            zone=i["zone"],
            not_ready=notready,
        )

    def relabel(self, kube, rec, i):
        path = f"/api/v1/nodes/{i['node']}"
        st, n = kube("GET", path)
        if st != 200:
            return False
        old = i.get("taints", [])
        new = [{"key": t["key"], "value": t.get("value", ""), "effect": EFFECT[t["effect"]]} for t in rec.get("taints", [])]
        gone = {(t["key"], t["effect"]) for t in old + new}
        taints = [t for t in n["spec"].get("taints", []) if (t["key"], t["effect"]) not in gone] + new
        status, _ = kube.merge(
            path,
            {
                "metadata": {
                    "resourceVersion": n["metadata"]["resourceVersion"],
                    "labels": {**rec.get("labels", {}), **dict.fromkeys(rec.get("_removed_labels", []))},
                },
                "spec": {"taints": taints or None},
            },
        )
        if status != 200:  # somebody else changed the node: the next tick tries again
            return False
        i["taints"] = new
        return True

    @staticmethod
    def stop_kubelet(kube, i):
        """The node becomes NotReady, and stays so until it is repaired."""
        path = f"/api/v1/nodes/{i['node']}"
        kube.merge(path, {"metadata": {"annotations": {"world/not-ready": "true"}}})
        stopped = {"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}
        kube.merge(f"{path}/status", {"status": {"conditions": [stopped]}})
        i["held"] = True

    def terminate(self, scope, cluster, ng, kube, i, cause):
        lost, cut = [], []
        if i["joined"]:
            kube("DELETE", f"/api/v1/nodes/{i['node']}")
            for p in kube.items(f"/api/v1/pods?fieldSelector=spec.nodeName%3D{i['node']}"):
                m = p["metadata"]
                name = f"{m['namespace']}/{m['name']}"
                daemon = any(o["kind"] == "DaemonSet" for o in m.get("ownerReferences", []))
                if not daemon and p.get("status", {}).get("phase") not in ("Succeeded", "Failed"):
                    (cut if m.get("deletionTimestamp") else lost).append(name)
                kube(
                    "DELETE",
                    f"/api/v1/namespaces/{m['namespace']}/pods/{m['name']}",
                    {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0},
                )
        at = dict(account=scope.split(":")[0], cluster=cluster, group=ng, node=i["node"], instance=i["id"], cause=cause)
        self.audit("NODE_TERMINATED", **at)
        if lost:
            self.audit("LOST_PODS", pods=lost, **at)
        if cut:
            self.audit("CUT_PODS", pods=cut, **at)
