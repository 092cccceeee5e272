"""IAM for node groups and Auto Scaling groups, corrected where ministack 1.5.33 knows neither their ARNs nor their tags.

@see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
@see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html"""

import contextvars, json, re
from ministack.core import iam_actions, iam_evaluator
from ministack.services import autoscaling, eks
from replacing import replaces

tags = contextvars.ContextVar("tags of the request and of the resource", default={})

NODEGROUP = re.compile(r"^/clusters/([^/]+)/node-groups/([^/]+)")


def correct():
    """A node group is authorized by its own ARN and tags; creating one is on the cluster, with the tags of the request."""

    @replaces(iam_actions, "extract_resource_arn")
    def resource(original, service, method, path, headers, body, query_params, region, account_id):
        arn = original(service, method, path, headers, body, query_params, region, account_id)
        known = {}
        if service == "eks":
            group = NODEGROUP.match(path)
            if group:
                record = eks._nodegroups.get(f"{group[1]}/{group[2]}")
                arn = record["nodegroupArn"] if record else f"arn:aws:eks:{region}:{account_id}:nodegroup/{group[1]}/{group[2]}/none"
                known = tag_keys("aws:resourcetag/", eks._tags.get(arn) or {})
            elif method == "POST" and path.endswith("/node-groups"):
                known = tag_keys("aws:requesttag/", json.loads(body or b"{}").get("tags") or {})
        if service == "autoscaling":
            of = lambda name: (query_params.get(name) or [""])[0] if isinstance(query_params.get(name), list) else query_params.get(name) or ""
            name = of("AutoScalingGroupName") or of("Tags.member.1.ResourceId")
            if name and name in autoscaling._asgs:
                arn = f"arn:aws:autoscaling:{region}:{account_id}:autoScalingGroup:world:autoScalingGroupName/{name}"
                known = tag_keys("aws:resourcetag/", {t["Key"]: t["Value"] for t in autoscaling._asgs[name].get("Tags", [])})
                written = [v[0] if isinstance(v, list) else v for k, v in query_params.items() if re.fullmatch(r"Tags\.member\.\d+\.Key", k)]
                if written:
                    known["aws:tagkeys"] = written
        tags.set(known)
        return arn

    @replaces(iam_evaluator, "enforce")
    def enforce(original, access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        known, context = tags.get(), service_context
        if service in ("eks", "autoscaling") and known:
            context = {**known, **(service_context or {})}
        return original(access_key_id, iam_action, service, region, resource_arn, context)


def tag_keys(prefix, values):
    return {f"{prefix}{key}".lower(): value for key, value in values.items()}
