"""Auto Scaling (Query protocol): the simulated instances, suspended processes, chosen victims."""

import datetime as dt, uuid
import xml.etree.ElementTree as ET

ASG_NS = "http://autoscaling.amazonaws.com/doc/2011-01-01/"


class AutoScaling:
    """Part of the proxy. `instances` is keyed (scope, group name)."""

    def autoscaling(self, a, action, form, st, raw):
        name = form.get("AutoScalingGroupName", "")
        key = (a, name)
        ok = lambda inner="": (
            200,
            f'<{action}Response xmlns="{ASG_NS}">{inner}<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata></{action}Response>'.encode(),
        )
        members = lambda f: [v for k, v in sorted(form.items()) if k.startswith(f + ".member.")]
        if st == 403:
            return st, raw
        if action in ("SuspendProcesses", "ResumeProcesses"):
            procs = set(members("ScalingProcesses")) or {
                "Launch",
                "Terminate",
                "AZRebalance",
                "HealthCheck",
                "ReplaceUnhealthy",
                "AlarmNotification",
                "ScheduledActions",
                "AddToLoadBalancer",
                "InstanceRefresh",
            }
            cur = self.suspended.setdefault(key, set())
            cur.update(procs) if action == "SuspendProcesses" else cur.difference_update(procs)
            return ok()
        if action == "SetInstanceProtection":
            (self.protected.update if form.get("ProtectedFromScaleIn") == "true" else self.protected.difference_update)(
                members("InstanceIds")
            )
            return ok(f"<{action}Result/>")
        if action == "TerminateInstanceInAutoScalingGroup":
            iid = form["InstanceId"]
            for (acc, g), inst in list(self.instances.items()):
                if acc == a and iid in inst:
                    if form.get("ShouldDecrementDesiredCapacity") == "true":
                        c = self.client(a, "autoscaling")
                        d = c.describe_auto_scaling_groups(AutoScalingGroupNames=[g])["AutoScalingGroups"][0]
                        if d["DesiredCapacity"] <= d["MinSize"]:
                            return (
                                400,
                                f'<ErrorResponse xmlns="{ASG_NS}"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Currently, desiredSize equals minSize. Terminating instance without replacement will violate group\'s min size constraint.</Message></Error></ErrorResponse>'.encode(),
                            )
                        c.set_desired_capacity(AutoScalingGroupName=g, DesiredCapacity=d["DesiredCapacity"] - 1)
                    self.doomed.add(iid)
                    return ok(
                        f"<{action}Result><Activity><ActivityId>{uuid.uuid4()}</ActivityId><AutoScalingGroupName>{g}</AutoScalingGroupName><Cause>request</Cause>"
                        f"<StartTime>{dt.datetime.utcnow().isoformat()}Z</StartTime><StatusCode>InProgress</StatusCode></Activity></{action}Result>"
                    )
        if action == "DescribeAutoScalingGroups" and st == 200:  # show the simulated instances and suspended processes
            root = ET.fromstring(raw)
            q = lambda t: f"{{{ASG_NS}}}{t}"
            for m in root.iter(q("AutoScalingGroups")):
                for g in m:
                    gk = (a, g.findtext(q("AutoScalingGroupName")))
                    ins = g.find(q("Instances"))
                    for c in list(ins):
                        ins.remove(c)
                    for i in list(self.instances.get(gk, {}).values()):
                        e = ET.SubElement(ins, q("member"))
                        for t, v in (
                            ("InstanceId", i["id"]),
                            ("AvailabilityZone", i["zone"]),
                            ("LifecycleState", "InService"),
                            ("HealthStatus", "Healthy"),
                            ("ProtectedFromScaleIn", str(i["id"] in self.protected).lower()),
                            ("InstanceType", i["type"]),
                        ):
                            ET.SubElement(e, q(t)).text = v
                    sp = ET.SubElement(g, q("SuspendedProcesses"))
                    for pn in sorted(self.suspended.get(gk, ())):
                        ET.SubElement(ET.SubElement(sp, q("member")), q("ProcessName")).text = pn
            return 200, ET.tostring(root, default_namespace=ASG_NS)
        return st, raw
