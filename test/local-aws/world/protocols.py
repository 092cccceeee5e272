"""The protocols of AWS: which operation a request asks for, and how an error is written."""

import json, re, urllib.parse, uuid
import botocore.session

_model = botocore.session.get_session().get_service_model("eks")
_operations = [(o.http["method"], o.http["requestUri"], n) for n in _model.operation_names for o in [_model.operation_model(n)]]
_path = lambda uri: re.compile(
    re.sub(r"\{(\w+)\+?\}", lambda m: f"(?P<{m[1]}>{'.+?' if m[1].endswith('Arn') else '[^/]+'})", uri) + "$"
)
_ROUTES = [(m, _path(u), n) for m, u, n in sorted(_operations, key=lambda o: -len(re.sub(r"\{.*?\}", "", o[1])))]
_QUERY = ("autoscaling", "ec2", "elasticloadbalancing", "sns", "sts")


def operation(service, method, url, query, headers, data):
    """(operation, parameters) of a request; `url` is split, `query` its parameters."""
    if service == "eks":
        return _eks(method, url.path, query, data)
    if service == "s3":
        return _s3(method, url.path, query, headers)
    target = headers.get("X-Amz-Target")
    if target:
        return target.rsplit(".", 1)[-1], json.loads(data or b"{}")
    if service in _QUERY or not service:  # unsigned: AssumeRoleWithWebIdentity
        params = dict(urllib.parse.parse_qsl(data.decode(errors="replace"))) if method == "POST" else dict(query)
        return params.pop("Action", url.path), params
    name = url.path.strip("/")  # REST JSON such as POST /listRegions
    return name[:1].upper() + name[1:], json.loads(data or b"{}")


def _eks(method, path, query, data):
    for verb, rx, name in _ROUTES:
        m = verb == method and rx.match(path.removesuffix("/") or path)
        if m:
            in_path = {k: urllib.parse.unquote(v) for k, v in m.groupdict().items()}
            return name, {**query, **(json.loads(data) if data else {}), **in_path}
    return "", {**query, **(json.loads(data) if data else {})}


_SUBRESOURCES = ("uploads", "uploadId", "delete", "versions", "versioning", "location", "encryption", "policy", "tagging")
_MULTIPART = {
    ("PUT", "uploadId"): "UploadPart",
    ("POST", "uploads"): "CreateMultipartUpload",
    ("POST", "uploadId"): "CompleteMultipartUpload",
}


def _s3(method, path, query, headers):
    """Path style: /bucket/key."""
    bucket, _, key = path.lstrip("/").partition("/")
    sub = next((s for s in _SUBRESOURCES if s in query), "")
    params = {"Bucket": bucket, "Key": urllib.parse.unquote(key)} if key else {"Bucket": bucket}
    for header, name in (("If-Match", "IfMatch"), ("If-None-Match", "IfNoneMatch")):
        if headers.get(header):
            params[name] = headers[header]
    if "prefix" in query:
        params["Prefix"] = query["prefix"]
    if key:
        return _MULTIPART.get((method, sub), f"{method.capitalize()}Object{sub.capitalize()}"), params
    if method == "GET" and sub in ("", "versions"):
        return ("ListObjectVersions" if sub else "ListObjectsV2"), params
    return f"{method.capitalize()}Bucket{sub.capitalize()}", params


def render(service, error):
    """(body, content type, headers) of an error in the protocol of its service."""
    request = str(uuid.uuid4())
    if service == "s3":
        body = f"<Error><Code>{error.code}</Code><Message>{error.message}</Message><RequestId>{request}</RequestId></Error>"
        return body.encode(), "application/xml", [("x-amz-request-id", request)]
    if service not in _QUERY:
        body = json.dumps({"__type": error.code, "message": error.message})
        return body.encode(), "application/json", [("x-amzn-errortype", error.code), ("x-amzn-requestid", request)]
    one = f"<Error><Type>Sender</Type><Code>{error.code}</Code><Message>{error.message}</Message></Error>"
    if service == "ec2":
        return f"<Response><Errors>{one}</Errors><RequestID>{request}</RequestID></Response>".encode(), "text/xml", []
    return f"<ErrorResponse>{one}<RequestId>{request}</RequestId></ErrorResponse>".encode(), "text/xml", []
