"""EC2 subnets (Query protocol): ministack's records with the free addresses that the world was told of."""

import xml.etree.ElementTree as ET

EC2_NS = "http://ec2.amazonaws.com/doc/2016-11-15/"


class Subnets:
    """Part of the proxy. `free_ips` maps a subnet id to its count of free addresses; ministack always says 251."""

    def ec2(self, action, status, raw):
        if action != "DescribeSubnets" or status != 200 or not self.free_ips:
            return raw
        root = ET.fromstring(raw)
        tag = lambda name: f"{{{EC2_NS}}}{name}"
        for item in root.iter(tag("item")):
            free = self.free_ips.get(item.findtext(tag("subnetId")))
            if free is not None:
                item.find(tag("availableIpAddressCount")).text = str(free)
        return ET.tostring(root, default_namespace=EC2_NS)
