"""Prints as JSON what SAM makes of a template for CloudFormation: translate.py TEMPLATE [Parameter=Value …]."""

import json
import sys

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

with open(sys.argv[1], encoding="utf-8") as f:
    template = yaml_parse(f.read())
parameters = {name: str(p.get("Default", "x")) for name, p in template["Parameters"].items()}
parameters.update(word.split("=", 1) for word in sys.argv[2:])
for name, resource in template["Resources"].items():  # what sam deploy uploads is somewhere
    for kind in ("CodeUri", "DefinitionUri"):
        if kind in resource.get("Properties", {}):
            resource["Properties"][kind] = {"Bucket": "bucket", "Key": name}
    if resource["Type"] == "AWS::Serverless::Application":
        resource["Properties"]["Location"] = f"https://bucket.s3.amazonaws.com/{name}"
json.dump(Translator({}, Parser()).translate(template, parameters), sys.stdout)
