"""A certificate for the local AWS stack: bucket policies demand TLS, so the stack must speak it."""

import ssl, subprocess


def make(d):
    """Writes ca.crt, server.crt, server.key under d; returns (ca path, client SSL context)."""
    d.mkdir(parents=True)
    run = lambda *a: subprocess.run(["openssl", *a], cwd=d, check=True, capture_output=True)
    key = lambda n: run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{n}.key")
    key("ca")
    run("req", "-x509", "-new", "-key", "ca.key", "-subj", "/CN=local-aws", "-days", "365", "-out", "ca.crt")
    (d / "ext").write_text("subjectAltName=IP:127.0.0.1,IP:127.0.0.2,DNS:localhost\n")
    key("server")
    run("req", "-new", "-key", "server.key", "-subj", "/CN=127.0.0.1", "-out", "server.csr")
    run(
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "ca.crt",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "365",
        "-out",
        "server.crt",
        "-extfile",
        "ext",
    )
    return d / "ca.crt", ssl.create_default_context(cafile=d / "ca.crt")
