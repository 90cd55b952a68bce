"""What every script finds that talks to the emulator: clients of AWS's own library, with any credentials, and a short way to write a policy."""
import datetime
import json
import sys
import time
import urllib.request

import boto3

url = sys.argv[1]
for _ in range(150):
    try:
        urllib.request.urlopen(url + "/moto-api/", timeout=2)
        break
    except OSError:
        time.sleep(0.2)


def client(name, key="nobody", secret="nothing", token=None, region="us-east-1"):
    return boto3.client(
        name, endpoint_url=url, region_name=region, aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token
    )


def assumed(name, role):
    one = client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return client(name, one["AccessKeyId"], one["SecretAccessKey"], one["SessionToken"])


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + (f".{value.microsecond:06d}" if value.microsecond else "") + "Z"
    raise TypeError(value)


