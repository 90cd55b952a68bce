import io
import time
import zipfile

iam = client("iam")
iam.create_user(UserName="deploy", Tags=[{"Key": "owner", "Value": "team-a"}])
iam.create_access_key(UserName="deploy")
iam.put_user_policy(UserName="deploy", PolicyName="all", PolicyDocument=policy(Effect="Allow", Action="*", Resource="*"))
trust = policy(Effect="Allow", Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
role = iam.create_role(RoleName="function", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as members:
    members.writestr("a.py", "x = 1\n")
client("lambda").create_function(
    FunctionName="f", Runtime="python3.11", Role=role, Handler="a.h", Code={"ZipFile": archive.getvalue()}, Environment={"Variables": {"MODE": "fast"}}
)
ssm = client("ssm")
for number in range(60):
    kind = "String" if number < 12 else "SecureString"
    ssm.put_parameter(Name=f"/app/p{number:02d}", Type=kind, Value=f"value-{number}")
ec2 = client("ec2")
image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, UserData="#!/bin/sh\necho hello\n")["Instances"][0]["InstanceId"]
org = client("organizations")
org.create_organization(FeatureSet="ALL")
unit = org.create_organizational_unit(ParentId=org.list_roots()["Roots"][0]["Id"], Name="prod")["OrganizationalUnit"]["Id"]
denial = policy(Effect="Deny", Action="s3:*", Resource="*")
scp = org.create_policy(Content=denial, Description="d", Name="no-s3", Type="SERVICE_CONTROL_POLICY")["Policy"]["PolicySummary"]["Id"]
org.attach_policy(PolicyId=scp, TargetId=unit)

details = iam.get_account_authorization_details()
details = {key: value for key, value in details.items() if key not in ("ResponseMetadata", "IsTruncated", "Marker")}


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + (f".{value.microsecond:06d}" if value.microsecond else "") + "Z"
    raise TypeError(value)


print(json.dumps({"details": details, "instance": instance, "unit": unit}, default=plain))
