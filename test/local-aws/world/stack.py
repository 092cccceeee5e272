"""ministack, corrected where it differs from AWS in what runs in this world; started in place of its own command.

Each correction replaces something that ministack 1.5.33 has. One that no longer fits ends the stack at once, so that a
new version cannot lose a correction silently. The workflows' part is in workflows.py."""

import dataclasses, re, threading
from ministack import app
from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import iam, lambda_svc
from ministack.services.cloudformation import provisioners
import group_permissions, parameter_permissions, workflows
from replacing import replace_once, replaces

# Types that CloudFormation accepts and this stack only remembers: nothing happens when they are deployed.
RECORDED_ONLY = (
    "AWS::Athena::NamedQuery",
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
    "AWS::Chatbot::SlackChannelConfiguration",
    "AWS::CloudFormation::StackSet",
)


def error_names():
    """A function that throws fails with the error's name, as Lambda's Node.js runtime reports it (ministack: Runtime.HandlerError)."""
    lambda_runtime._NODEJS_WORKER_SCRIPT = replace_once(
        lambda_runtime._NODEJS_WORKER_SCRIPT,
        'error: String(err.message || err), trace: err.stack || ""',
        'error: String(err.message || err), trace: err.stack || "", errorType: err.name || typeof err',
    )
    last = threading.local()

    @replaces(lambda_runtime.Worker, "invoke")
    def invoke(original, *args, **kw):
        last.answer = original(*args, **kw)
        return last.answer

    @replaces(lambda_svc, "_execute_function_warm")
    def execute(original, *args):
        last.answer = {}
        result = original(*args)
        if result.get("error") and result["body"].get("errorType") == "Runtime.HandlerError":
            if last.answer.get("errorType"):
                result["body"].update(errorType=last.answer["errorType"], trace=last.answer.get("trace", "").split("\n"))
            elif last.answer.get("error") == "Worker process died":
                result["body"].update(errorType="Runtime.ExitError", errorMessage="RequestId: world Error: Runtime exited")
        return result


def principal_arn():
    """aws:PrincipalArn of a role's session is the ARN of the role (ministack: that of the session).
    @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn"""

    @replaces(iam_evaluator, "_resolve_condition_key")
    def resolve(original, key, ctx):
        parts = ctx.principal_arn.split(":")
        if key.lower() != "aws:principalarn" or len(parts) < 6 or not parts[5].startswith("assumed-role/"):
            return original(key, ctx)
        role = iam._roles.get_scoped(parts[4], None, parts[5].split("/")[1])
        return role["Arn"] if role else None


def policy_variables():
    """${aws:PrincipalAccount} and its like in a Resource is the caller's; without a value the text matches nothing (ministack: always).
    @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""

    @replaces(iam_evaluator, "_first_match")
    def first_match(original, ctx, statements, effect):
        value = lambda name: str(iam_evaluator._resolve_condition_key(name[1], ctx) or name[0])
        filled = lambda resource: re.sub(r"\$\{([^}]+)\}", value, resource)
        return original(ctx, [dataclasses.replace(s, resources=[filled(r) for r in s.resources]) for s in statements], effect)


def recorded_only():
    create = lambda logical_id, props, stack: (props.get("Name") or f"{stack}-{logical_id}", {})
    for name in RECORDED_ONLY:
        if name in provisioners._RESOURCE_HANDLERS:
            raise RuntimeError(f"ministack has {name} now")
        provisioners._RESOURCE_HANDLERS[name] = {"create": create, "delete": lambda physical_id, props: None}

    @replaces(provisioners, "_cw_metric_alarm_record")
    def alarm(original, name, props):
        """An alarm on metric math stays in INSUFFICIENT_DATA (ministack refuses the stack)."""
        if props.get("Metrics"):
            props = {**props, "Metrics": None, "MetricName": "expression", "Namespace": "World", "Statistic": "Sum"}
        return original(name, props)


def one_port_only():
    """ministack would listen on 443 as well where it may."""
    replaces(app, "_port_is_bindable")(lambda original, *_: False)


if __name__ == "__main__":
    error_names()
    principal_arn()
    policy_variables()
    recorded_only()
    one_port_only()
    group_permissions.correct()
    parameter_permissions.correct()
    workflows.correct()
    app.main()
