"""What openapi-spec-validator says about each document of a folder, as JSON: {file: [message, …]}."""

import json
import pathlib
import sys

import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

found = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.yaml")):
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        errors = OpenAPIV30SpecValidator(document).iter_errors()
        found[path.name] = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]
    except Exception as error:  # It raises what it cannot read; that is a finding too.
        found[path.name] = [f"{type(error).__name__}: {error}"]
print(json.dumps(found))
