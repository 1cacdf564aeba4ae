"""What deploy.sh and undeploy.sh ask of AWS beside SAM; run by the Python of SAM's own folder, which has boto3.

  secrets STACK ENV           make the stack's secrets, once
  parameters STACK ENV FILE   write every parameter of the template, for sam deploy; print GOARCH, and whether the
                              app's origin is known, and whether deploys go to few first
  canary FILE                 write the template for deploys that go to few first
  web STACK FOLDER            put the built web app into the bucket that the stack has for it
  mend STACK                  do what an emulator leaves undone
  keep STACK FILE             write down what is deployed, for back; says "nothing" when nothing is
  back STACK FILE             deploy what was kept: templates and code are where SAM put them
  smoke STACK [FILE]          hold that what was deployed (with these parameters) answers, and takes nothing that
                              it must refuse
  result STACK ENV [FILE]     print where things are; as JSON into FILE
  environment STACK FILE      write what each function is told, for sam local invoke --env-vars
  empty STACK                 remove what keeps a stack from being deleted
  delete STACK                delete it and wait, where sam delete can't: it knows no other address of S3 than AWS's
  forget STACK                delete its secrets

Clients take their addresses and keys from the environment, as all AWS tools do.
"""

import base64
import json
import mimetypes
import os
import secrets
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request

import boto3
import tomlkit
import yaml
from botocore.exceptions import ClientError

# The secret of each provider, and the variable that it comes from.
KEYS = {"openai-key": "OPENAI_API_KEY", "anthropic-key": "ANTHROPIC_API_KEY", "stability-key": "STABILITY_API_KEY"}
# The models of new sites where there is no key of OpenAI's, which has template.yaml's: internal/ai/models.go.
OTHERS = {"TextModel": ("claude-sonnet-4-6", "anthropic-key"), "ImageModel": ("stable-image-core", "stability-key")}
DEMO = {"TextModel": "demo-writer", "ImageModel": "demo-painter"}


def client(service, **more):
    return boto3.client(service, **more)


def read_secret(stack, name):
    """The value, or "" when there is none."""
    ssm = client("ssm")
    try:
        return ssm.get_parameter(Name=f"/igny8/{stack}/{name}", WithDecryption=True)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return ""


def make_secret(stack, name, value, kind="SecureString"):
    """Stores a value that is not there yet, and gives the one that is: of two who deploy at once one wins."""
    ssm = client("ssm")
    try:
        ssm.put_parameter(Name=f"/igny8/{stack}/{name}", Value=value, Type=kind, Overwrite=False)
        print(f"made /igny8/{stack}/{name}", file=sys.stderr)
        return value
    except ssm.exceptions.ParameterAlreadyExists:
        return read_secret(stack, name)


def openssl(*args, text=b""):
    return subprocess.run(["openssl", *args], input=text, stdout=subprocess.PIPE, check=True).stdout


def make_secrets(stack, env):
    """token-key signs tokens (PKCS #8 in PEM) and public-keys verify them: whoever changes the key puts the new
    public one before the old. Nothing that exists is changed."""
    key = read_secret(stack, "token-key") or make_secret(stack, "token-key", openssl("genpkey", "-algorithm", "ed25519").decode())
    if not read_secret(stack, "public-keys"):
        der = openssl("pkey", "-pubout", "-outform", "DER", text=key.encode())  # ends with the 32 bytes of the key
        make_secret(stack, "public-keys", base64.b64encode(der[-32:]).decode(), "String")
    if env != "local" and not read_secret(stack, "edge-secret"):
        make_secret(stack, "edge-secret", secrets.token_urlsafe(32))
    for name, variable in KEYS.items():
        if os.environ.get(variable) and not read_secret(stack, name):
            make_secret(stack, name, os.environ[variable])


class Template(yaml.SafeLoader):
    """Reads a template as data; !Ref and its like are left out."""


Template.add_multi_constructor("!", lambda loader, tag, node: None)


def pairs(words):
    """Key=Value words as a dict."""
    for w in words:
        if "=" not in w:
            sys.exit(f"{w} is not Key=Value")
    return dict(w.split("=", 1) for w in words)


def overrides(env):
    with open("samconfig.toml", encoding="utf-8") as f:
        listed = tomlkit.load(f).unwrap()[env]["deploy"]["parameters"]["parameter_overrides"]
    return pairs([word for line in listed for word in shlex.split(line)])


def key_of(model):
    """The secret that a model needs, or None."""
    if model in DEMO.values():
        return None
    if model.startswith("claude-"):
        return "anthropic-key"
    return "stability-key" if model.startswith(("stable-image-", "sd3")) else "openai-key"


def models(env, keys):
    """The models of new sites by the keys that there are, in so far as template.yaml's can't be used: as the
    all-in-one program chooses them."""
    if "openai-key" in keys:
        return {}
    chosen = {name: model for name, (model, key) in OTHERS.items() if key in keys}
    return (DEMO if env == "local" else {}) | chosen


def parameters(stack, env):
    """All of them, defaults too: SAM would keep a stack's former value of one that is not given."""
    with open("template.yaml", encoding="utf-8") as f:
        known = yaml.load(f, Template)["Parameters"]
    values = {name: str(p["Default"]) for name, p in known.items() if "Default" in p}
    values["PublicKeys"] = read_secret(stack, "public-keys")
    values["EdgeSecret"] = read_secret(stack, "edge-secret")
    keys = {name for name in KEYS if read_secret(stack, name)}
    values |= models(env, keys)
    given = overrides(env) | pairs(shlex.split(os.environ.get("DEPLOY_PARAMETERS", "")))
    for name in given.keys() - known.keys():
        sys.exit(f"template.yaml has no parameter {name}")
    values |= given
    if not values["AppOrigin"] and values["WithEdge"] == "yes":
        values["AppOrigin"] = f"https://{values['AppDomain']}" if values["AppDomain"] else outputs(stack).get("AppUrl", "")
    for name in OTHERS:
        key = key_of(values[name])
        if key and key not in keys:
            sys.exit(f"{name} {values[name]} needs a key: set {KEYS[key]}, once; it is kept as /igny8/{stack}/{key}")
    return values


def write_private(file, content):
    """JSON that only its owner may read."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as f:
        json.dump(content, f, indent=1)


def write_parameters(stack, env, file):
    values = parameters(stack, env)
    write_private(file, values)  # JSON is YAML
    goarch = {"x86_64": "amd64"}.get(values["Architecture"], values["Architecture"])
    print(goarch, "unknown" if values["WithEdge"] == "yes" and not values["AppOrigin"] else "known", values["WithCanary"])


def canary(file):
    """The template with what it keeps for deploys that go to few first: its lines after #canary."""
    with open("template.yaml", encoding="utf-8") as f:
        text = f.read()
    with open(file, "w", encoding="utf-8") as f:
        f.write(text.replace("    #canary ", "    "))


def outputs(stack):
    try:
        found = client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as e:
        if e.response["Error"]["Code"] == "ValidationError":  # there is none
            return {}
        raise
    return {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])}


def stack_table(name):
    """What the stack made: functions may be told of another store (AWS_ENDPOINT_URL_DYNAMODB)."""
    return client("dynamodb", endpoint_url=os.environ.get("AWS_ENDPOINT_URL")).describe_table(TableName=name)["Table"]


def members(stack, kind):
    """Logical and physical names of a stack's resources of a kind."""
    for page in client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack):
        for r in page["StackResourceSummaries"]:
            if r["ResourceType"] == kind:
                yield r["LogicalResourceId"], r["PhysicalResourceId"]


def mend(stack):
    """What an emulator leaves undone. Safe to repeat, and on AWS without effect."""
    functions = client("lambda")
    for _, mapping in members(stack, "AWS::Lambda::EventSourceMapping"):
        # MiniStack keeps a parameter's number as a text, on which its poller of all queues stumbles.
        limit = functions.get_event_source_mapping(UUID=mapping)["ScalingConfig"]["MaximumConcurrency"]
        functions.update_event_source_mapping(UUID=mapping, ScalingConfig={"MaximumConcurrency": int(limit)})
    if os.environ.get("AWS_ENDPOINT_URL_DYNAMODB", os.environ.get("AWS_ENDPOINT_URL")) != os.environ.get("AWS_ENDPOINT_URL"):
        mirror(outputs(stack)["TableName"])


def mirror(name):
    """The stack made its table in the emulator; functions use another store (DynamoDB Local)."""
    made = stack_table(name)
    table = client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
    indexes = [{k: i[k] for k in ("IndexName", "KeySchema", "Projection")} for i in made["GlobalSecondaryIndexes"]]
    try:
        table.create_table(
            TableName=name, KeySchema=made["KeySchema"], AttributeDefinitions=made["AttributeDefinitions"],
            GlobalSecondaryIndexes=indexes, BillingMode="PAY_PER_REQUEST",
        )
    except table.exceptions.ResourceInUseException:
        return
    # The emulator does not keep the table's ttl, so that can't be copied.
    table.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})


def web(stack, folder):
    """The app's files, index.html last: who loads the page then finds all that it names. Files of earlier builds
    stay, for pages that are open. Safe to repeat. Nothing where the stack has no bucket for the app."""
    out = outputs(stack)
    if "WebBucket" not in out:
        return
    bucket = boto3.resource("s3").Bucket(out["WebBucket"])
    files = [os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names]
    # CloudFront compresses by itself; the manifest is the build's own.
    files = [f for f in files if not f.startswith(".") and not f.endswith((".br", ".gz"))]
    if "index.html" not in files:
        sys.exit(f"there is no built app in {folder}: make web")
    for f in sorted(files, key=lambda f: (f == "index.html", f)):
        kept = "public, max-age=31536000, immutable" if f.startswith("assets/") else "no-cache"
        kind = mimetypes.guess_type(f)[0] or "application/octet-stream"
        bucket.upload_file(os.path.join(folder, f), f, ExtraArgs={"ContentType": kind, "CacheControl": kept})
    if "DistributionId" in out:
        client("cloudfront").create_invalidation(
            DistributionId=out["DistributionId"],
            InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/index.html"]}, "CallerReference": secrets.token_hex(8)},
        )


def keep(stack, file):
    """The template as SAM uploaded it (nested stacks and code are addresses in its bucket) and the parameters. A
    secret among them is not told by CloudFormation: back has the present one used again."""
    cloudformation = client("cloudformation")
    try:
        body = cloudformation.get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]
        given = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as e:
        if e.response["Error"]["Code"] != "ValidationError":  # there is none
            raise
        given = {"StackStatus": "DELETE_COMPLETE"}
    if given["StackStatus"] in ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"):
        print("nothing")
        return
    with open("template.yaml", encoding="utf-8") as f:
        hidden = {name for name, p in yaml.load(f, Template)["Parameters"].items() if p.get("NoEcho")}
    parameters = {p["ParameterKey"]: None if p["ParameterKey"] in hidden else p["ParameterValue"] for p in given.get("Parameters", [])}
    write_private(file, {"template": body if isinstance(body, str) else json.dumps(body), "parameters": parameters})


def back(stack, file):
    """What was kept is deployed as it was. Data stays as it is: old code reads what new code wrote."""
    with open(file, encoding="utf-8") as f:
        kept = json.load(f)
    parameters = [{"ParameterKey": name, "UsePreviousValue": True} if value is None else {"ParameterKey": name, "ParameterValue": value}
                  for name, value in kept["parameters"].items()]
    cloudformation, sam = client("cloudformation"), client("s3")
    bucket = outputs("aws-sam-cli-managed-default")["SourceBucket"]
    key = f"{stack}/back.template"
    sam.put_object(Bucket=bucket, Key=key, Body=kept["template"].encode())
    address = f"{sam.meta.endpoint_url}/{bucket}/{key}"
    try:
        cloudformation.update_stack(StackName=stack, TemplateURL=address, Parameters=parameters,
                                    Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])
    except ClientError as e:
        if "No updates are to be performed" in str(e):
            return
        raise
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig={"Delay": 2, "MaxAttempts": 900})


class AsItIs(urllib.request.HTTPErrorProcessor):
    """Gives each answer, whatever its status."""

    def http_response(self, request, response):
        return response

    https_response = http_response


def ask(address, headers, end):
    """Status and body. Until the end a fault is asked again: functions have to start first."""
    opener = urllib.request.build_opener(AsItIs)
    while True:
        try:
            with opener.open(urllib.request.Request(address, headers=headers or {}), timeout=35) as res:
                status, body = res.status, res.read().decode(errors="replace")
        except urllib.error.URLError as e:
            status, body = 0, str(e)
        if 0 < status < 500 or time.monotonic() > end:
            return status, body
        time.sleep(1)


PATIENCE = float(os.environ.get("SMOKE_PATIENCE", "40"))  # seconds, for all that the smoke test asks


def smoke(stack, file=None):
    """Each group of the API answers in its envelope, by the way that its clients take, and the ways around are
    shut; queues have their consumers, the schedule its function. Writes nothing."""
    out, faults = outputs(stack), []
    endpoint, secret = os.environ.get("AWS_ENDPOINT_URL"), read_secret(stack, "edge-secret")
    if file:  # what was deployed with may be another
        with open(file, encoding="utf-8") as f:
            secret = json.load(f)["EdgeSecret"]
    secret = secret.split(",")[0]
    api = f"{endpoint}/restapis/{out['ApiId']}/live/_user_request_" if endpoint else out["ApiUrl"]
    front = api if endpoint or "AppUrl" not in out else out["AppUrl"]  # an emulator serves nothing at its edge
    end = time.monotonic() + PATIENCE
    told = {"x-igny8-edge": secret} if secret and front == api else {}

    def hold(what, address, want, part, headers=told):
        status, body = ask(address, headers, end)
        if status != want or part not in body.replace('": ', '":'):
            faults.append(f"{what}: {address} answers {status}, not {want} with {part}: {body[:300]}")

    hold("the API is there", f"{front}/v1/system/ping/", 200, '"pong":true')
    hold("its alias is there", f"{front}/api/v1/system/ping/", 200, '"pong":true')
    for path in ("auth/me", "planner/keywords", "writer/tasks", "automation/history", "integration/integrations", "billing/credits/balance", "system/prompts"):
        hold("nobody gets in without a token", f"{front}/v1/{path}/", 401, '"code":"unauthenticated"')
    hold("an unknown address is not found", f"{front}/v1/nothing/", 404, '"code":"not_found"')
    hold("the description is there", f"{front}/v1/openapi.json", 200, '"openapi"')
    if secret:
        hold("the gateway is shut to those who come around the edge", f"{api}/v1/system/ping/", 403, '"success":false', headers={})
    if front != api:
        hold("the app is there", f"{front}/", 200, "<html")
        hold("its pages are", f"{front}/planner/keywords", 200, "<html")
    functions = client("lambda")
    for name, mapping in members(stack, "AWS::Lambda::EventSourceMapping"):
        state = functions.get_event_source_mapping(UUID=mapping)["State"]
        if state not in ("Enabled", "Creating", "Updating"):
            faults.append(f"{name} is {state}: its queue has no consumer")
    machine = client("stepfunctions").describe_state_machine(stateMachineArn=out["StateMachineArn"])
    if machine["status"] != "ACTIVE":
        faults.append(f"the state machine is {machine['status']}")
    if faults:
        sys.exit("the smoke test failed:\n  " + "\n  ".join(faults))
    print("the smoke test passed", file=sys.stderr)


def login(api):
    """The first user of a local stack, or None when there is one."""
    password = secrets.token_urlsafe(12)
    body = {"email": "owner@example.com", "password": password, "password_confirm": password, "account_name": "Local"}
    request = urllib.request.Request(api + "/v1/auth/register/", json.dumps(body).encode(), {"Content-Type": "application/json"})
    wait = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(request, timeout=35):
                return {"email": body["email"], "password": password}
        except urllib.error.HTTPError as e:
            text = e.read().decode(errors="replace")
            if e.code == 409:
                print("the login of an earlier deploy stays", file=sys.stderr)
                return None
            if e.code < 500:
                sys.exit(f"the API refuses a login: {e.code} {text}")
            if time.monotonic() > wait:  # the emulator starts a function on its first call
                sys.exit(f"the API answers {e.code}: {text}")
        time.sleep(1)


def result(stack, env, file=None):
    out = outputs(stack)
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    api = f"{endpoint}/restapis/{out['ApiId']}/live/_user_request_" if endpoint else out["ApiUrl"]
    user = login(api) if env == "local" and os.environ.get("LOGIN") != "no" else None
    if file:
        write_private(file, {"stack": stack, "api": api, "login": user, "outputs": out})
    print(f"API   {api}/v1/")
    if "AppUrl" in out:
        print(f"App   {out['AppUrl']}/")
    if user:
        print(f"Login {user['email']}  {user['password']}  (shown this once)")


def environment(stack, file):
    """sam local can't look into nested stacks, so it is given what a deployed stack's functions have."""
    functions = client("lambda")
    found = {name: functions.get_function_configuration(FunctionName=physical)["Environment"]["Variables"]
             for name, physical in members(stack, "AWS::Lambda::Function")}
    write_private(file, found)


def empty(stack):
    out = outputs(stack)
    # The emulator says it as a text.
    if "TableName" in out and str(stack_table(out["TableName"]).get("DeletionProtectionEnabled")).lower() == "true":
        sys.exit(f"the table of {stack} is protected: deploy with DEPLOY_PARAMETERS=DeletionProtection=false first")
    for name in (out.get("BucketName"), out.get("WebBucket")):
        if name:
            boto3.resource("s3").Bucket(name).object_versions.delete()
    other = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
    if out.get("TableName") and other and other != os.environ.get("AWS_ENDPOINT_URL"):
        table = client("dynamodb", endpoint_url=other)
        try:
            table.delete_table(TableName=out["TableName"])
        except table.exceptions.ResourceNotFoundException:
            pass


def forget(stack):
    """The secrets, once nothing runs that needs them."""
    ssm = client("ssm")
    for page in ssm.get_paginator("get_parameters_by_path").paginate(Path=f"/igny8/{stack}/"):
        for p in page["Parameters"]:
            ssm.delete_parameter(Name=p["Name"])


def delete(stack):
    cloudformation = client("cloudformation")
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 300})


COMMANDS = {"secrets": make_secrets, "parameters": write_parameters, "canary": canary, "web": web, "mend": mend, "keep": keep, "back": back, "smoke": smoke, "result": result, "environment": environment,
            "empty": empty, "delete": delete, "forget": forget}

if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    COMMANDS[sys.argv[1]](*sys.argv[2:])
