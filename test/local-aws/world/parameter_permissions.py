"""IAM for ssm:GetParameters, corrected where ministack 1.5.33 knows no resource for several names.

@see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html"""

import contextvars, json
from ministack.core import iam_actions, iam_evaluator
from replacing import replaces

others = contextvars.ContextVar("ARNs of all parameters of a request but the first", default=())


def correct():
    """Every parameter that is asked for must be allowed. Those that AWS publishes belong to no account."""

    @replaces(iam_actions, "extract_resource_arn")
    def resource(original, service, method, path, headers, body, query_params, region, account_id):
        others.set(())
        if service != "ssm" or iam_actions._action_from_target(headers) != "GetParameters":
            return original(service, method, path, headers, body, query_params, region, account_id)
        owner = lambda name: "" if name.startswith("/aws/") else account_id
        first, *more = [
            f"arn:aws:ssm:{region}:{owner(name)}:parameter/{name.lstrip('/')}" for name in json.loads(body or b"{}").get("Names") or ["*"]
        ]
        others.set(tuple(more))
        return first

    @replaces(iam_evaluator, "enforce")
    def enforce(original, access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        for arn in (resource_arn, *(others.get() if iam_action == "ssm:GetParameters" else ())):
            denial = original(access_key_id, iam_action, service, region, arn, service_context)
            if denial is not None:
                return denial
        return None
