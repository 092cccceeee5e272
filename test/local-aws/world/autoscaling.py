"""Auto Scaling (Query protocol): the simulated instances, suspended processes, chosen victims, and what ministack does not answer."""

import datetime as dt, uuid
import xml.etree.ElementTree as ET
from .faults import AwsError

ASG_NS = "http://autoscaling.amazonaws.com/doc/2011-01-01/"
PROCESSES = {
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
# operation: (what it is about, whether it is added)
ATTACHMENTS = {
    "AttachLoadBalancerTargetGroups": ("TargetGroupARNs", True),
    "DetachLoadBalancerTargetGroups": ("TargetGroupARNs", False),
    "AttachLoadBalancers": ("LoadBalancerNames", True),
    "DetachLoadBalancers": ("LoadBalancerNames", False),
}


class AutoScaling:
    """Part of the proxy. `instances`, `suspended` and `attached` are keyed (scope, group name); `doomed` maps the id of an instance that is
    to be terminated to the reason. asg_X(scope, parameters, ministack's status, its body) returns (status, body)."""

    def autoscaling(self, a, action, form, st, raw):
        if st == 403:
            return st, raw
        if action in ATTACHMENTS:
            return self.attach(a, action, form)
        fn = getattr(self, "asg_" + action, None)
        return fn(a, form, st, raw) if fn else (st, raw)

    def described(self, a, name):
        """The group as ministack has it."""
        found = self.client(a, "autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
        if not found:
            raise AwsError(400, "ValidationError", f"AutoScalingGroup name not found - AutoScalingGroup {name} not found")
        return found[0]

    def resize(self, a, name, least, most, desired=None):
        """As AWS does it: without a desired capacity it is what it was, but within the bounds.
        @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html"""
        now = self.described(a, name)["DesiredCapacity"]
        self.client(a, "autoscaling").update_auto_scaling_group(
            AutoScalingGroupName=name,
            MinSize=least,
            MaxSize=most,
            DesiredCapacity=min(most, max(least, now)) if desired is None else desired,
        )

    def pre_UpdateAutoScalingGroup(self, a, form):
        """Before ministack, which would accept any bounds. Whether the group is there, it says itself: after it asked IAM."""
        groups = self.client(a, "autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[form.get("AutoScalingGroupName", "")])
        if not groups["AutoScalingGroups"]:
            return
        group = groups["AutoScalingGroups"][0]
        least, most = int(form.get("MinSize", group["MinSize"])), int(form.get("MaxSize", group["MaxSize"]))
        desired = form.get("DesiredCapacity")
        if least > most:
            raise AwsError(400, "ValidationError", f"Max bound, {most}, must be greater than or equal to min bound, {least}")
        if desired is not None and not least <= int(desired) <= most:
            between = f"must be between the specified min size:{least} and max size:{most}"
            raise AwsError(400, "ValidationError", f"Desired capacity:{desired} {between}")

    def asg_UpdateAutoScalingGroup(self, a, form, st, raw):
        if st == 200 and "DesiredCapacity" not in form:
            name = form["AutoScalingGroupName"]
            group = self.described(a, name)
            self.resize(a, name, group["MinSize"], group["MaxSize"])
        return st, raw

    def asg_SuspendProcesses(self, a, form, st, raw, action="SuspendProcesses"):
        name = self.described(a, form.get("AutoScalingGroupName", ""))["AutoScalingGroupName"]
        chosen = set(_members(form, "ScalingProcesses")) or PROCESSES
        if chosen - PROCESSES:
            raise AwsError(400, "ValidationError", f"Invalid process name: {', '.join(sorted(chosen - PROCESSES))}")
        suspended = self.suspended.setdefault((a, name), set())
        suspended.update(chosen) if action == "SuspendProcesses" else suspended.difference_update(chosen)
        return _answer(action)

    def asg_ResumeProcesses(self, a, form, st, raw):
        return self.asg_SuspendProcesses(a, form, st, raw, "ResumeProcesses")

    def asg_SetInstanceProtection(self, a, form, st, raw):
        ids = _members(form, "InstanceIds")
        (self.protected.update if form.get("ProtectedFromScaleIn") == "true" else self.protected.difference_update)(ids)
        return _answer("SetInstanceProtection", "<SetInstanceProtectionResult/>")

    def asg_DescribeWarmPool(self, a, form, st, raw):
        self.described(a, form.get("AutoScalingGroupName", ""))
        return _answer("DescribeWarmPool", "<DescribeWarmPoolResult><Instances/></DescribeWarmPoolResult>")

    def attach(self, a, action, form):
        name = self.described(a, form.get("AutoScalingGroupName", ""))["AutoScalingGroupName"]
        field, adds = ATTACHMENTS[action]
        attached = self.attached.setdefault((a, name), {}).setdefault(field, [])
        for one in _members(form, field):
            if adds and one not in attached:
                attached.append(one)
            if not adds and one in attached:
                attached.remove(one)
        return _answer(action, f"<{action}Result/>")

    def asg_TerminateInstanceInAutoScalingGroup(self, a, form, st, raw):
        iid, action = form["InstanceId"], "TerminateInstanceInAutoScalingGroup"
        for (acc, g), inst in list(self.instances.items()):
            if acc == a and iid in inst:
                if form.get("ShouldDecrementDesiredCapacity") == "true":
                    d = self.described(a, g)
                    if d["DesiredCapacity"] <= d["MinSize"]:
                        why = "Terminating instance without replacement will violate group's min size constraint."
                        raise AwsError(400, "ValidationError", f"Currently, desiredSize equals minSize. {why}")
                    self.client(a, "autoscaling").set_desired_capacity(AutoScalingGroupName=g, DesiredCapacity=d["DesiredCapacity"] - 1)
                self.doomed[iid] = "request"
                return _answer(
                    action,
                    f"<{action}Result><Activity><ActivityId>{uuid.uuid4()}</ActivityId><AutoScalingGroupName>{g}</AutoScalingGroupName><Cause>request</Cause>"
                    f"<StartTime>{dt.datetime.now(dt.timezone.utc):%Y-%m-%dT%H:%M:%SZ}</StartTime><StatusCode>InProgress</StatusCode></Activity></{action}Result>",
                )
        return st, raw

    def asg_DescribeAutoScalingGroups(self, a, form, st, raw):
        """The simulated instances, suspended processes and attachments; so many groups a page."""
        if st != 200:
            return st, raw
        root = ET.fromstring(raw)
        groups = root.find(f"{_q('DescribeAutoScalingGroupsResult')}/{_q('AutoScalingGroups')}")
        found = [g for g in groups if _matches(form, {t.findtext(_q("Key")) for t in g.iter(_q("member")) if t.find(_q("Key")) is not None})]
        page = self.page(found, form, "groups", "NextToken", "MaxRecords")
        for g in list(groups):
            groups.remove(g)
        for g in page["groups"]:
            groups.append(g)
            self.complete(a, g)
        if page.get("NextToken"):
            ET.SubElement(root.find(_q("DescribeAutoScalingGroupsResult")), _q("NextToken")).text = page["NextToken"]
        return 200, ET.tostring(root, default_namespace=ASG_NS)

    def complete(self, a, g):
        key = (a, g.findtext(_q("AutoScalingGroupName")))
        ins = g.find(_q("Instances"))
        for c in list(ins):
            ins.remove(c)
        for i in list(self.instances.get(key, {}).values()):
            e = ET.SubElement(ins, _q("member"))
            for t, v in (
                ("InstanceId", i["id"]),
                ("AvailabilityZone", i["zone"]),
                ("LifecycleState", "InService"),
                ("HealthStatus", "Healthy"),
                ("ProtectedFromScaleIn", str(i["id"] in self.protected).lower()),
                ("InstanceType", i["type"]),
            ):
                ET.SubElement(e, _q(t)).text = v
        processes = ET.SubElement(g, _q("SuspendedProcesses"))
        for name in sorted(self.suspended.get(key, ())):
            ET.SubElement(ET.SubElement(processes, _q("member")), _q("ProcessName")).text = name
        for field, values in self.attached.get(key, {}).items():
            listed = ET.SubElement(g, _q(field))
            for value in values:
                ET.SubElement(listed, _q("member")).text = value


def _q(name):
    return f"{{{ASG_NS}}}{name}"


def _matches(form, tag_keys):
    """The filters of DescribeAutoScalingGroups, which ministack ignores; of those, `tag-key`."""
    for k, name in form.items():
        if k.startswith("Filters.member.") and k.endswith(".Name"):
            if name != "tag-key":
                raise AwsError(400, "ValidationError", f"the world does not know the filter {name}")
            if not tag_keys & set(_members(form, k.removesuffix("Name") + "Values")):
                return False
    return True


def _members(form, field):
    return [v for k, v in sorted(form.items()) if k.startswith(field + ".member.")]


def _answer(action, inner=""):
    response = f"{inner}<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
    return 200, f'<{action}Response xmlns="{ASG_NS}">{response}</{action}Response>'.encode()
