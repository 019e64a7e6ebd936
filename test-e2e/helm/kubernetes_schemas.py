"""Writes the strict JSON schemas of one Kubernetes version where kubeconform finds them: DIRECTORY VERSION."""

import json
import pathlib
import subprocess
import sys

target, version = pathlib.Path(sys.argv[1]), sys.argv[2]
packages = target / 'packages'
subprocess.run(
    [sys.executable, '-m', 'pip', 'install', '--quiet', '--no-deps', '--target', packages, 'kubernetes-validate==1.37.0'],
    check=True,
)
source = packages / 'kubernetes_validate' / 'kubernetes-json-schema' / f'v{version}-local-strict'
schemas = target / f'v{version}-standalone-strict'
schemas.mkdir()
for path in source.glob('*.json'):
    # Its own ids and absolute references lead nowhere without the server that they name.
    schema = json.loads(path.read_text().replace('"/api/_definitions.json#', '"_definitions.json#'))
    schema.pop('$id', None)
    (schemas / path.name).write_text(json.dumps(schema))
