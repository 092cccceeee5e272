"""Corrections of ministack's Step Functions: what a machine does, it does as its own role; the Distributed Map is completed.

ministack calls the other services from within and asks nobody. Here the reads and writes of S3 are requests like any
other, signed by the machine's role, through the proxy; Lambda and StartExecution are checked against the role's policies."""

import contextvars, hashlib, json, os, uuid
import boto3
from botocore.exceptions import ClientError
from ministack.core import iam_evaluator
from ministack.services import stepfunctions as sfn
from ministack.services import sts
from replacing import replaces

_machine = contextvars.ContextVar("machine")  # (ARN, role ARN) of the machine at work
_clients = {}  # (access key, region) → client; a client takes longer to make than a call


def correct():
    for correction in (_call_lambda, _execute_map, _execute_task, _invoke_aws_sdk_integration, _run_distributed_map, _s3_object_text):
        replaces(sfn, correction.__name__)(correction)


def _in_machine(execution, work):
    """Runs `work` knowing which machine it is. A child of a map belongs to `<machine>/<label>`."""
    arn = execution["stateMachineArn"].split("/")[0]
    token = _machine.set((arn, sfn._state_machines[arn]["roleArn"]))
    try:
        return work()
    finally:
        _machine.reset(token)


def _execute_task(original, state_def, raw_input, execution, ctx):
    return _in_machine(execution, lambda: original(state_def, raw_input, execution, ctx))


def _execute_map(original, state_def, raw_input, execution, ctx):
    return _in_machine(execution, lambda: original(state_def, raw_input, execution, ctx))


def _session():
    """Credentials of the machine's role. Key and secret follow from machine and role, so that the proxy can name the caller."""
    arn, role = _machine.get()
    account, name = role.split(":")[4], role.rsplit("/", 1)[-1]
    digest = hashlib.sha256(f"{arn}:{role}".encode()).hexdigest()
    key, secret, token = "ASIA" + digest[:16].upper(), hashlib.sha256(digest.encode()).hexdigest(), digest
    session = {"Arn": f"arn:aws:sts::{account}:assumed-role/{name}/{arn.rsplit(':', 1)[-1]}", "UserId": name}
    sts.register_session(key, {**session, "SecretAccessKey": secret, "SessionToken": token})
    return account, key, {"aws_access_key_id": key, "aws_secret_access_key": secret, "aws_session_token": token}


def _require(action, resource, error):
    """Fails the task with `error` unless the role's policies allow the action."""
    account, key, _ = _session()
    who = iam_evaluator.resolve_principal(key, account)
    ctx = iam_evaluator.EvalContext(who.arn, who.type, who.account, action, resource, resource.split(":")[3], principal_keys=who.keys)
    if iam_evaluator.evaluate(ctx, who.policies, *who.limits).decision != "Allow":
        raise sfn._ExecutionError(error, f"User: {who.arn} is not authorized to perform: {action} on resource: {resource}")


def _s3():
    _, key, credentials = _session()
    region = _machine.get()[0].split(":")[3]
    if (key, region) not in _clients:
        _clients[key, region] = boto3.client("s3", region_name=region, endpoint_url=os.environ["AWS_ENDPOINT_URL_S3"], **credentials)
    return _clients[key, region]


def _call_lambda(original, func_ref, event):
    # an alias or a version is a resource of its own; the product names plain functions
    account, region = _machine.get()[0].split(":")[4], _machine.get()[0].split(":")[3]
    arn = func_ref if func_ref.startswith("arn:") else f"arn:aws:lambda:{region}:{account}:function:{func_ref}"
    _require("lambda:InvokeFunction", arn, "Lambda.AWSLambdaException")
    return original(func_ref, event)


def _invoke_aws_sdk_integration(original, resource, input_data):
    """aws-sdk:s3:putObject, which ministack lacks: a Body that is no text is written as JSON, a text with its quotes."""
    if not resource.endswith(":aws-sdk:s3:putObject"):
        return original(resource, input_data)
    try:
        answer = _s3().put_object(**{**input_data, "Body": json.dumps(input_data.get("Body")).encode()})
    except ClientError as e:
        error = e.response["Error"]
        raise sfn._ExecutionError("S3.NoSuchBucketException" if error["Code"] == "NoSuchBucket" else "S3.S3Exception", error["Message"])
    return {"ETag": answer["ETag"]}


def _s3_object_text(original, bucket, key):
    try:
        return _s3().get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    except ClientError as e:
        raise sfn._ExecutionError("States.ItemReaderFailed", str(e))


def _run_distributed_map(original, state_def, raw_input, effective, iterator, execution, ctx):
    """With MaxConcurrencyPath and ResultWriter, which ministack ignores: its result is always the list of all results."""
    arn = _machine.get()[0]
    _require("states:StartExecution", arn, "States.Runtime")
    state = dict(state_def)
    if "MaxConcurrencyPath" in state:
        state["MaxConcurrency"] = sfn._resolve_path_or_ctx(state["MaxConcurrencyPath"], effective, ctx)
    writer = state.pop("ResultWriter", None)
    if not writer:
        return original(state, raw_input, effective, iterator, execution, ctx)
    before = set(sfn._map_runs)
    for field in ("ResultSelector", "ResultPath", "OutputPath"):  # they are for what the writer leaves
        state.pop(field, None)
    results, after = original(state, raw_input, effective, iterator, execution, ctx)
    run = next(r for a, r in sfn._map_runs.items() if a not in before and r["executionArn"] == execution["executionArn"])
    details = _write_results(sfn._resolve_params_obj(writer["Parameters"], effective, ctx), run)
    result = sfn._apply_result_selector(state_def, {"MapRunArn": run["mapRunArn"], "ResultWriterDetails": details})
    return sfn._apply_output_path(state_def, sfn._apply_result_path(state_def, raw_input, result), ctx), after


def _write_results(where, run):
    """Manifest and results below <Prefix>/<UUID>/, as Step Functions names them."""
    folder = "/".join(filter(None, [where.get("Prefix", "").strip("/"), str(uuid.uuid4())]))
    children = [c for c in sfn._executions.values() if c.get("mapRunArn") == run["mapRunArn"]]
    files = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
    fields = ("executionArn", "name", "status", "input", "output")
    try:
        for status, listed in files.items():
            ended = [{k: c.get(k) for k in fields} for c in children if c["status"] == status]
            if ended:
                body = json.dumps(ended).encode()
                listed.append({"Key": f"{folder}/{status}_0.json", "Size": len(body)})
                _s3().put_object(Bucket=where["Bucket"], Key=listed[0]["Key"], Body=body)
        manifest = {"DestinationBucket": where["Bucket"], "MapRunArn": run["mapRunArn"], "ResultFiles": files}
        _s3().put_object(Bucket=where["Bucket"], Key=f"{folder}/manifest.json", Body=json.dumps(manifest).encode())
    except ClientError as e:
        raise sfn._ExecutionError("States.ResultWriterFailed", str(e))
    return {"Bucket": where["Bucket"], "Key": f"{folder}/manifest.json"}
