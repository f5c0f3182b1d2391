"""What npm installs for the tests is the same everywhere, and from wherever npm is told to get it."""

import json

from tests.erp.install import SOURCE

LOCK = json.loads((SOURCE / "package-lock.json").read_text())


def test_every_package_is_held_by_its_hash():
    packages = {name: each for name, each in LOCK["packages"].items() if name.startswith("node_modules/")}
    fetched = {name: each for name, each in packages.items() if not each.get("link")}
    assert len(fetched) > 50
    assert [name for name, each in fetched.items() if not each.get("integrity", "").startswith("sha512-")] == []


def test_no_address_of_a_registry_is_named():
    assert {each["resolved"] for each in LOCK["packages"].values() if "resolved" in each} == {"driver"}


def test_what_is_wanted_is_pinned():
    wanted = json.loads((SOURCE / "package.json").read_text())["dependencies"]
    assert all(version[0].isdigit() or version == "file:driver" for version in wanted.values())
    assert LOCK["packages"][""]["dependencies"] == wanted
