"""What docs/reference/sandbox-faults.md shows is what the sandbox takes."""

import re
from pathlib import Path

import pytest
import yaml

from sandbox.worlds import small_world
from slack_sandbox.faults import Fault, read_faults
from slack_sandbox.seed import Channel, Group, Person, Said, plant, read_seed

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "sandbox-faults.md"
TEXT = PAGE.read_text("utf-8")
YAML = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
RECIPES = re.findall(r"`(\{(?:method|event|socket):[^`]*\})`", TEXT)


def test_the_faults_file_shown_is_read(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text(YAML[0])
    faults, seed = read_faults(path)
    assert (len(faults), seed) == (8, 7)


def test_the_seed_file_shown_makes_the_workspace_it_describes(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text(YAML[1])
    workspace = small_world()
    plant(workspace, read_seed(path))
    payments = workspace.named("payments")
    assert payments is not None
    assert len(payments.history.messages) == 3


@pytest.mark.parametrize("recipe", RECIPES)
def test_each_recipe_is_a_fault(recipe: str) -> None:
    Fault.model_validate(yaml.safe_load(recipe))


def test_every_key_of_a_fault_and_of_a_seed_is_on_the_page() -> None:
    assert len(RECIPES) >= 9
    parts = (Fault, Person, Group, Channel, Said)
    keys = {f.alias or name for part in parts for name, f in part.model_fields.items()}
    assert sorted(key for key in keys if f"`{key}" not in TEXT) == []
