#!/usr/bin/env python3
"""Writes policies.xz: the texts of the policies that AWS manages, one a line: path and name, a tab, the document.

    pip download moto --no-deps && ./derive.py moto-*.whl > policies.xz

moto (Apache-2.0) ships what `aws iam list-policies --scope AWS` and `get-policy-version` answered when it was made. Sids are left out:
they decide nothing.
"""
import hashlib
import json
import lzma
import sys
import zipfile

wheel = sys.argv[1]
with zipfile.ZipFile(wheel) as archive:
    source = archive.read("moto/iam/aws_managed_policies.py").decode()
text = source[source.index('"""') + 3 : source.rindex('"""')]
lines = []
newest = ""
for name, policy in sorted(json.loads(text.replace("\\\\", "\\")).items()):
    newest = max(newest, policy["UpdateDate"][:10])
    document = policy["Document"]
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        statement.pop("Sid", None)
    lines.append(policy["Path"][1:] + name + "\t" + json.dumps(document, separators=(",", ":"), sort_keys=True))
digest = hashlib.sha256(open(wheel, "rb").read()).hexdigest()
head = f"# {len(lines)} policies, the newest of {newest}; from {wheel.rsplit('/', 1)[-1]}, sha256 {digest}"
sys.stdout.buffer.write(lzma.compress(("\n".join([head, *lines]) + "\n").encode(), preset=9 | lzma.PRESET_EXTREME))
