#!/usr/bin/env python3
"""Writes vendors.txt: whose an AWS account is, one a line: its number, `aws` or `vendor`, the name.

    git clone https://github.com/fwdcloudsec/known_aws_accounts && ./derive.py known_aws_accounts > vendors.txt

The list (Apache-2.0) holds accounts that their owners tell of in public. Where two names claim one account, both stand there.
"""
import hashlib
import subprocess
import sys

import yaml

folder = sys.argv[1]
text = open(f"{folder}/accounts.yaml", "rb").read()
commit, date = subprocess.check_output(["git", "-C", folder, "log", "-1", "--format=%h %as"], text=True).split()
known = {}
for one in yaml.safe_load(text):
    sort = "aws" if one.get("type") == "aws" else "vendor"
    for account in one["accounts"]:
        entry = known.setdefault(account, [sort, []])
        if sort == "vendor":
            entry[0] = "vendor"
        if one["name"].strip() not in entry[1]:
            entry[1].append(one["name"].strip())
digest = hashlib.sha256(text).hexdigest()
print(f"# {len(known)} accounts; fwdcloudsec/known_aws_accounts {commit} of {date}, accounts.yaml sha256 {digest}")
for account, (sort, names) in sorted(known.items()):
    print(f"{account} {sort} {' or '.join(names)}")
