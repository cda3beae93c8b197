"""What deploy/ ships, before its own validators, and what it promises: no rights, no way out, probes that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from fastapi.routing import APIRoute

from ui.api.app import API, ROUTERS
from ui.cli import program
from ui.settings import _variables

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OBJECTS = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")))
OURS = {name: service for name, service in COMPOSE["services"].items() if "guichet-ia" in service.get("image", "")}
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
ROUTES = {f"{API}{route.path}" for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)}
MEASURED = 1_700_000_000  # bytes of a process without the writing model, at most


def objects(kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in OBJECTS if each["kind"] == kind}


PODS = {
    name: each["spec"]["template"]["spec"] for kind in ("Deployment", "Job") for name, each in objects(kind).items()
}


def validator(name: str) -> str:
    """A program that came with the development tools (extra dev)."""
    found = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (extra dev)")
    return found


@pytest.mark.parametrize(
    ("program_", "arguments"),
    [
        ("kubernetes-validate", ("--strict", "kubernetes.yaml")),
        ("check-jsonschema", ("--builtin-schema", "vendor.compose-spec", "compose.yaml")),
        ("hadolint", ("Containerfile",)),
    ],
)
def test_the_validator_of_each_file_accepts_it(program_: str, arguments: tuple[str, ...]) -> None:
    done = subprocess.run([validator(program_), *arguments], cwd=DEPLOY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_validators_can_refuse(tmp_path: Path) -> None:
    wrong = {
        "kubernetes-validate": ("--strict", "kind: Service\napiVersion: v1\nspec: {ports: 80}\n"),
        "check-jsonschema": ("--builtin-schema=vendor.compose-spec", "services: {a: {imago: b}}\n"),
        "hadolint": ("--no-color", "FROM debian\nRUN cd /tmp && apt-get install x\n"),
    }
    for name, (option, content) in wrong.items():
        (tmp_path / "wrong.yaml").write_text(content, encoding="utf-8")
        done = subprocess.run([validator(name), option, "wrong.yaml"], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode != 0, name


@pytest.mark.parametrize("name", PODS)
def test_a_pod_has_no_right_and_writes_where_it_is_told(name: str) -> None:
    pod = PODS[name]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] != 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"]:
        context = container["securityContext"]
        assert (context["readOnlyRootFilesystem"], context["allowPrivilegeEscalation"]) == (True, False)
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"]
        assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


@pytest.mark.parametrize("name", OURS)
def test_a_container_has_no_right_and_writes_where_it_is_told(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["user"].split(":")[0] == "10001"
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_image_is_not_run_by_root_and_holds_no_secret() -> None:
    users = re.findall(r"^USER (\d+)", CONTAINERFILE, re.MULTILINE)
    assert users == [str(PODS["guichet"]["securityContext"]["runAsUser"])]
    assert not re.search(r"(KEY|PASSWORD|STORE|TOKEN)=", CONTAINERFILE)


def test_probes_ask_what_the_api_answers_without_a_key() -> None:
    (container,) = PODS["guichet"]["containers"]
    asked = {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    asked |= set(re.findall(r"127\.0\.0\.1:7860(/\S+?)'", CONTAINERFILE))
    assert asked == {f"{API}/health/live", f"{API}/health/ready"}
    assert asked <= ROUTES


def test_every_setting_named_is_one_of_ours() -> None:
    known = {f"GUICHET_{name.upper()}" for name in (*_variables().model_fields, "lang")}
    for path in DEPLOY.iterdir():
        named = set(re.findall(r"GUICHET_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))
        assert named <= known, path.name


def test_every_command_that_is_run_is_one_of_ours() -> None:
    commands = typer.main.get_command(program).commands  # type: ignore[attr-defined]
    run = [container["args"] for pod in PODS.values() for container in pod["containers"]]
    run += [service["command"] for service in OURS.values() if "command" in service]
    run.append([*OURS["ingest"]["entrypoint"][1:], "documents"])
    for name, *arguments in run:
        with commands[name].make_context(name, list(arguments)):
            pass


def test_what_answers_has_no_way_out_of_the_composition() -> None:
    networks = COMPOSE["networks"]
    for name in ("guichet", "ingest", "db"):
        assert all(networks[network]["internal"] is True for network in COMPOSE["services"][name]["networks"])
    assert not any("ports" in service for service in OURS.values())
    assert COMPOSE["services"]["guichet"]["environment"]["GUICHET_PROXIES"] in str(networks["middle"])


def test_what_answers_reaches_names_the_database_and_the_writing_models_alone() -> None:
    policies = objects("NetworkPolicy")
    closed = policies["closed"]["spec"]
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    out = policies["inside"]["spec"]["egress"]
    assert {port["port"] for rule in out for port in rule["ports"]} == {53, 5432, 8000}
    assert all(rule["to"] and not any("ipBlock" in peer for peer in rule["to"]) for rule in out)
    leaving = {name for name, policy in policies.items() if "ipBlock" in str(policy)}
    assert leaving == {"setup"}
    assert policies["setup"]["spec"]["podSelector"]["matchLabels"]["role"] == "setup"


def test_one_process_is_always_there() -> None:
    spec = objects("Deployment")["guichet"]["spec"]
    assert spec["replicas"] > objects("PodDisruptionBudget")["guichet"]["spec"]["minAvailable"] >= 1
    assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    labels = spec["template"]["metadata"]["labels"]
    for kind in ("Service", "PodDisruptionBudget"):
        selector = objects(kind)["guichet"]["spec"]["selector"]
        assert (selector.get("matchLabels") or selector) == labels


def test_what_is_written_in_memory_fits_in_the_memory_of_the_container() -> None:
    service = COMPOSE["services"]["guichet"]
    (home,) = [volume["tmpfs"] for volume in service["volumes"] if isinstance(volume, dict)]
    assert home["mode"] == 0o1777
    (size,) = re.findall(r"^/tmp:size=(\d+)m", service["tmpfs"][0])
    limit = int(service["deploy"]["resources"]["limits"]["memory"].rstrip("G")) << 30
    assert home["size"] + (int(size) << 20) + MEASURED < limit


def test_no_pod_is_given_the_variables_of_the_services_beside_it() -> None:
    # the Service is named guichet: its port would be GUICHET_PORT
    assert all(pod["enableServiceLinks"] is False for pod in PODS.values())


def test_no_secret_is_shipped() -> None:
    assert not objects("Secret")
    for path in DEPLOY.iterdir():
        assert not re.search(r"postgresql://\w+:\w+@", path.read_text(encoding="utf-8")), path.name


def test_the_command_of_the_machine_has_the_settings_of_its_service(tmp_path: Path) -> None:
    address = "postgresql://guichet:a$b&c 'd@base/guichet?sslmode=verify-full"
    (tmp_path / "env").write_text(f"# settings\nGUICHET_STORE={address}\nPATH=/nowhere\nGUICHET_RATE=30", "utf-8")
    (tmp_path / "runuser").write_text(
        '#!/bin/sh\nprintf "%s\\n" "$GUICHET_HOME" "$GUICHET_STORE" "$GUICHET_RATE" "$@"\n'
    )
    (tmp_path / "runuser").chmod(0o755)
    command = (DEPLOY / "guichet").read_text(encoding="utf-8").replace("/etc/guichet.env", str(tmp_path / "env"))
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(
        ["sh", "-c", command, "sh", "keys", "create", "un site"], env=environment, capture_output=True
    )
    said = done.stdout.decode().splitlines()
    assert said[:3] == ["/var/lib/guichet", address, "30"], done.stderr
    assert said[3:] == ["-u", "guichet", "--", "/opt/guichet/.venv/bin/guichet", "keys", "create", "un site"]
