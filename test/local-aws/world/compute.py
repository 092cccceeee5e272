"""EC2 (Query protocol): ministack's subnets with the free addresses that the world was told of, the instance types of its nodes, and the error
of launch templates that do not exist."""

import xml.etree.ElementTree as ET
from . import tables
from .faults import AwsError

EC2_NS = "http://ec2.amazonaws.com/doc/2016-11-15/"


class Compute:
    """Part of the proxy. `free_ips` maps a subnet id to its count of free addresses; ministack always says 251."""

    def ec2(self, action, params, status, raw):
        if status != 200 or action not in ("DescribeSubnets", "DescribeInstanceTypes", "DescribeLaunchTemplates"):
            return status, raw
        root = ET.fromstring(raw)
        if action == "DescribeLaunchTemplates":
            self.launch_templates(root, [v for k, v in sorted(params.items()) if k.startswith("LaunchTemplateId.")])
            return status, raw
        (self.subnets if action == "DescribeSubnets" else self.instance_types)(root)
        return status, ET.tostring(root, default_namespace=EC2_NS)

    @staticmethod
    def launch_templates(root, ids):
        """One id that does not exist fails the request for all. ministack leaves it out."""
        there = {item.findtext(_tag("launchTemplateId")) for item in root.iter(_tag("item"))}
        for one in ids:
            if one not in there:
                why = f"The specified launch template, with template ID {one}, does not exist."
                raise AwsError(400, "InvalidLaunchTemplateId.NotFound", why)

    def subnets(self, root):
        for item in root.iter(_tag("item")):
            free = self.free_ips.get(item.findtext(_tag("subnetId")))
            if free is not None:
                item.find(_tag("availableIpAddressCount")).text = str(free)

    @staticmethod
    def instance_types(root):
        """ministack invents the size of every type, and of types that there are not."""
        items = [item for item in root.iter(_tag("item")) if item.find(_tag("instanceType")) is not None]
        unknown = [t for t in (item.findtext(_tag("instanceType")) for item in items) if t not in tables.TYPES]
        if unknown:
            raise AwsError(400, "InvalidInstanceType", f"The following supplied instance types do not exist: [{', '.join(unknown)}]")
        for item in items:
            cpu, gib, _, arch = tables.TYPES[item.findtext(_tag("instanceType"))]
            item.find(f"{_tag('vCpuInfo')}/{_tag('defaultVCpus')}").text = str(cpu)
            item.find(f"{_tag('memoryInfo')}/{_tag('sizeInMiB')}").text = str(gib * 1024)
            architectures = item.find(f"{_tag('processorInfo')}/{_tag('supportedArchitectures')}")
            architectures.find(_tag("item")).text = "arm64" if arch == "arm64" else "x86_64"


def _tag(name):
    return f"{{{EC2_NS}}}{name}"
