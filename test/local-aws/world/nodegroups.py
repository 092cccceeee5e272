"""EKS node groups: ministack records them, this file makes them behave (statuses, updates, health, Auto Scaling groups)."""

import json, time, uuid
from . import tables
from .faults import AwsError


class Nodegroups:
    """Part of the proxy. `ng` is keyed (scope, cluster, node group); fields with a leading underscore are not shown."""

    def adopt(self, scope, cluster, rec, status="CREATING"):
        """Start to simulate a node group which ministack has recorded: make its Auto Scaling group."""
        key = (scope, cluster, rec["nodegroupName"])
        with self.lock:
            if key in self.ng:
                return self.ng[key]
            rec = json.loads(json.dumps(rec))
            s = rec["scalingConfig"]
            name = f"eks-{key[2]}-{uuid.uuid4()}"
            cv = self.clusters.get((scope, cluster), {}).get("version") or rec["version"]
            rec.update(
                version=rec.get("version") or cv, status=status, resources={"autoScalingGroups": [{"name": name}]}, health={"issues": []}
            )
            rec["releaseVersion"] = rec.get("releaseVersion") or tables.ami_release(rec["version"])
            rec.setdefault("updateConfig", {"maxUnavailable": 1})
            rec.update(_asg=name, _born=time.time(), _dirty=0)
            self.ng[key] = rec
        tags = {
            "eks:cluster-name": cluster,
            "eks:nodegroup-name": key[2],
            f"kubernetes.io/cluster/{cluster}": "owned",
            f"k8s.io/cluster-autoscaler/{cluster}": "owned",
            "k8s.io/cluster-autoscaler/enabled": "true",
        }
        self.client(scope, "autoscaling").create_auto_scaling_group(
            AutoScalingGroupName=name,
            MinSize=s["minSize"],
            MaxSize=s["maxSize"],
            DesiredCapacity=s["desiredSize"],
            AvailabilityZones=self.zones_of(scope, rec.get("subnets", [])),
            VPCZoneIdentifier=",".join(rec.get("subnets", [])),
            Tags=[{"Key": k, "Value": v, "PropagateAtLaunch": True} for k, v in tags.items()],
        )
        self.scopes.add(scope)
        return rec

    def zones_of(self, scope, subnets):
        """Zones of subnets in their order, each once; those of the region where ministack does not know the subnets."""
        every = [scope.split(":")[1] + z for z in "abc"]
        ec2 = self.client(scope, "ec2")
        try:
            known = {s["SubnetId"]: s["AvailabilityZone"] for s in ec2.describe_subnets(SubnetIds=subnets)["Subnets"]} if subnets else {}
        except ec2.exceptions.ClientError:
            return every
        return list(dict.fromkeys(known[s] for s in subnets if s in known)) or every

    def view(self, key):
        """The record as DescribeNodegroup shows it: faults, ASG truth, status."""
        rec = self.ng[key]
        out = {k: v for k, v in rec.items() if not k.startswith("_")}
        issues = list(rec["health"]["issues"])
        f = self.ng_fault("degraded", key)
        if f:
            issues.append(
                {"code": f.get("code", "NodeCreationFailure"), "message": f.get("message", "injected"), "resourceIds": [rec["_asg"]]}
            )
        out["health"] = {"issues": issues}
        if issues and rec["status"] == "ACTIVE":
            out["status"] = "DEGRADED"
        return out

    def tick(self):
        """Advance updates and statuses; called by the reconciler."""
        with self.lock:
            ups, groups, now = [u for u in self.updates.values() if u["status"] == "InProgress"], list(self.ng.items()), time.time()
        for u in ups:
            key, rec = u["_key"], self.ng.get(u["_key"])
            if not rec or self.ng_fault("update_stuck", key):
                continue
            if not u["_applied"] and not self.ng_fault("update_fails", key):
                u["_apply"]()
                u["_applied"] = True
            if now >= u["createdAt"] + self.update_seconds:
                if not u["_applied"]:
                    u["errors"] = [{"errorCode": "NodeCreationFailure", "errorMessage": "injected", "resourceIds": [rec["_asg"]]}]
                u["status"] = "Successful" if u["_applied"] else "Failed"
                rec["status"] = "ACTIVE"
        for key, rec in groups:
            if rec["status"] == "CREATING" and now > rec["_born"] + self.create_seconds:
                inst = self.instances.get((key[0], rec["_asg"]), {}).values()
                if sum(bool(i.get("ready")) for i in inst) >= rec["scalingConfig"]["desiredSize"]:
                    rec["status"] = "ACTIVE"
                elif now > rec["_born"] + self.create_timeout:
                    rec["status"] = "CREATE_FAILED"
                    rec["health"]["issues"].append(
                        {
                            "code": "NodeCreationFailure",
                            "message": "Instances failed to join the kubernetes cluster",
                            "resourceIds": [i["id"] for i in inst],
                        }
                    )
            if rec["status"] == "DELETING" and not self.instances.get((key[0], rec["_asg"])):
                try:
                    self.client(key[0], "autoscaling").delete_auto_scaling_group(AutoScalingGroupName=rec["_asg"], ForceDelete=True)
                except Exception:
                    pass
                with self.lock:
                    self.ng.pop(key, None)
                self.audit("NODEGROUP_GONE", account=key[0].split(":")[0], cluster=key[1], nodegroup=key[2])

    def op_ListNodegroups(self, a, p, st, b):
        if st != 200:
            return b
        names = set(self.client(a, "eks").list_nodegroups(clusterName=p["name"])["nodegroups"]) | {
            k[2] for k in self.ng if k[:2] == (a, p["name"])
        }
        return self.page(sorted(names), p, "nodegroups")

    def op_DescribeNodegroup(self, a, p, st, b):
        key = (a, p["name"], p["nodegroupName"])
        if key not in self.ng and st == 200:
            self.adopt(a, p["name"], b["nodegroup"])  # made behind the proxy (CloudFormation)
        if key in self.ng:
            return {"nodegroup": self.view(key)}
        return b

    @staticmethod
    def scaling(s):
        if not (0 <= s["minSize"] <= s["desiredSize"] <= s["maxSize"]) or s["maxSize"] < 1:
            bad = "maxSize must be at least 1" if s["maxSize"] < 1 else "minSize <= desiredSize <= maxSize must hold"
            raise AwsError(
                400,
                "InvalidParameterException",
                f"Invalid scaling config: {bad} (minSize={s['minSize']}, maxSize={s['maxSize']}, desiredSize={s['desiredSize']}).",
            )

    def pre_CreateNodegroup(self, a, p):
        self.scaling({"minSize": 1, "maxSize": 2, "desiredSize": 2, **p.get("scalingConfig", {})})

    def op_CreateNodegroup(self, a, p, st, b):
        keep = ("launchTemplate", "updateConfig", "remoteAccess", "nodeRepairConfig", "warmPoolConfig")  # ministack forgets these
        if st == 200:
            self.adopt(a, p["name"], {**b["nodegroup"], **{k: p[k] for k in keep if k in p}})
            b = {"nodegroup": self.view((a, p["name"], p["nodegroupName"]))}
        return b

    def pre_DeleteNodegroup(self, a, p):
        rec = self.ng.get((a, p["name"], p["nodegroupName"]))
        if rec and rec["status"] == "UPDATING":
            raise AwsError(409, "ResourceInUseException", "Nodegroup cannot be deleted as it is currently being updated")

    def op_DeleteNodegroup(self, a, p, st, b):
        key = (a, p["name"], p["nodegroupName"])
        if key in self.ng and st in (200, 404):
            self.ng[key]["status"] = "DELETING"
            return {"nodegroup": self.view(key)}
        return b

    def op_UpdateNodegroupConfig(self, a, p, st, b):
        key = (a, p["name"], p["nodegroupName"])
        if key not in self.ng:  # not seen yet: adopt it from ministack as the account's root
            try:
                self.adopt(
                    a,
                    key[1],
                    json.loads(
                        json.dumps(
                            self.client(a, "eks").describe_nodegroup(clusterName=key[1], nodegroupName=key[2])["nodegroup"],
                            default=lambda d: d.timestamp(),
                        )
                    ),
                    "ACTIVE",
                )
            except self.client(a, "eks").exceptions.ClientError:
                raise AwsError(404, "ResourceNotFoundException", f"No node group found for name: {key[2]}.")
        with self.lock:
            rec = self.ng[key]
            if rec["status"] not in ("ACTIVE", "DEGRADED"):
                raise AwsError(
                    409, "ResourceInUseException", f"Nodegroup cannot be updated as it is currently not in Active State ({rec['status']})"
                )
            new = {**rec["scalingConfig"], **p.get("scalingConfig", {})}
            self.scaling(new)
            params = [{"type": t[0].upper() + t[1:], "value": str(v)} for t, v in p.get("scalingConfig", {}).items()]
            lab, tnt = p.get("labels", {}), p.get("taints", {})
            for t, v in (
                ("LabelsToAdd", lab.get("addOrUpdateLabels")),
                ("LabelsToRemove", lab.get("removeLabels")),
                ("TaintsToAdd", tnt.get("addOrUpdateTaints")),
                ("TaintsToRemove", tnt.get("removeTaints")),
            ):
                if v:
                    params.append({"type": t, "value": json.dumps(v)})

            def apply():
                if p.get("scalingConfig"):
                    self.resize(a, rec["_asg"], new["minSize"], new["maxSize"], p["scalingConfig"].get("desiredSize"))
                    rec["scalingConfig"] = new
                rec["labels"] = {
                    k: v
                    for k, v in {**rec.get("labels", {}), **lab.get("addOrUpdateLabels", {})}.items()
                    if k not in lab.get("removeLabels", [])
                }
                tk = lambda t: (t["key"], t["effect"])
                drop = {tk(t) for t in tnt.get("removeTaints", []) + tnt.get("addOrUpdateTaints", [])}
                rec["taints"] = [t for t in rec.get("taints", []) if tk(t) not in drop] + tnt.get("addOrUpdateTaints", [])
                if lab or tnt:
                    rec["_dirty"] += 1
                    rec["_removed_labels"] = lab.get("removeLabels", [])
                rec["modifiedAt"] = time.time()

            u = {
                "id": str(uuid.uuid4()),
                "status": "InProgress",
                "type": "ConfigUpdate",
                "params": params,
                "createdAt": time.time(),
                "errors": [],
                "_key": key,
                "_apply": apply,
                "_applied": False,
            }
            self.updates[u["id"]] = u
            rec["status"] = "UPDATING"
        return {"update": self.plain(u)}

    @staticmethod
    def plain(u):
        return {k: v for k, v in u.items() if not k.startswith("_")}

    def op_DescribeUpdate(self, a, p, st, b):
        u = self.updates.get(p["updateId"])
        declared = [] if p.get("nodegroupName") else self.declared_updates(p["name"])
        for update in declared:
            if update["id"] == p["updateId"]:
                return {"update": update}
        if not u or u["_key"][:2] != (a, p["name"]) or (p.get("nodegroupName") or u["_key"][2]) != u["_key"][2]:
            raise AwsError(404, "ResourceNotFoundException", f"No update found for ID: {p['updateId']}")
        return {"update": self.plain(u)}

    def op_ListUpdates(self, a, p, st, b):
        own = [u["id"] for u in self.updates.values() if u["_key"] == (a, p["name"], p.get("nodegroupName"))]
        declared = [] if p.get("nodegroupName") else [u["id"] for u in self.declared_updates(p["name"])]
        return self.page(declared + own, p, "updateIds")

    def declared_updates(self, cluster):
        """Updates of the cluster itself, as `cluster_updates` has them."""
        usual = {"type": "VersionUpdate", "status": "Successful", "params": [], "errors": [], "createdAt": time.time()}
        return [{"id": f"00000000-0000-4000-8000-{n:012d}", **usual, **u} for n, u in enumerate(self.cluster_updates.get(cluster, []))]
