"""Files that were cut off or changed: each loads as it was, or is refused in a sentence; nothing of it runs.

Mutations are made from fixed seeds.
"""

import hashlib
import json
import pickle
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.results.keep.form import VERSION
from tests.results.keep.kit import Apps, apps, fitted, same_tables

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def fits(tmp_path_factory):
    """Fits with draws and without, and the bytes of their files."""
    folder = tmp_path_factory.mktemp("fits")
    found = {}
    for method in ("nuts", "mle"):
        settings = {"draws": 8} if method == "nuts" else {}
        fit = fitted(Apps, apps(60), method, **settings)
        found[method] = (fit, fit.save(folder / f"{method}.zip").read_bytes())
    with pytest.MonkeyPatch.context() as patched:  # of effects, what draws them back
        patched.setattr("stanlevels.results.keep.groups._SMALL", 0)
        fit = fitted(Apps, apps(60))
        found["nest"] = (fit, fit.save(folder / "nest.zip").read_bytes())
    return found


def members_of(data: bytes) -> Members:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: Members, *more: tuple[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in (*members.items(), *more):
            archive.writestr(name, data)
    return buffer.getvalue()


def sealed(members: Members, **about: Any) -> bytes:
    """The file with a manifest that fits its members: what somebody writes who knows the format."""
    manifest = json.loads(members["manifest.json"]) | about
    rest = {n: d for n, d in members.items() if not n.startswith("manifest.")}
    manifest["members"] = {
        n: {"bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()} for n, d in rest.items()
    }
    text = json.dumps(manifest).encode()
    digest = f"{hashlib.sha256(text).hexdigest()}  manifest.json\n".encode()
    return zipped({**rest, "manifest.json": text, "manifest.sha256": digest})


def loaded(data: bytes, tmp_path: Any) -> Any:
    """What is loaded, or the complaint: any other error fails the test."""
    path = tmp_path / "changed.zip"
    path.write_bytes(data)
    found: Any
    try:
        return sl.load(path)
    except sl.StanlevelsError as error:
        found = error
    assert "changed.zip" in found.found
    assert found.expected
    return found


# --- what happens to files ---------------------------------------------------------------------


@pytest.mark.parametrize("method", ["nuts", "nest", "mle"])
def test_a_file_with_other_bytes_is_as_it_was_or_refused(method, fits, tmp_path):
    fit, data = fits[method]
    rng = np.random.default_rng(11)
    refused = 0
    for _ in range(100):
        changed = bytearray(data)
        for place in rng.integers(0, len(data), rng.integers(1, 4)):
            changed[place] ^= 1 << rng.integers(0, 8)
        found = loaded(bytes(changed), tmp_path)
        refused += isinstance(found, Exception)
        if not isinstance(found, Exception):
            same_tables(found, fit)
    assert refused > 60


@pytest.mark.parametrize("method", ["nuts", "mle"])
def test_a_file_that_was_cut_off_is_refused(method, fits, tmp_path):
    _, data = fits[method]
    rng = np.random.default_rng(12)
    for length in (0, 1, 30, len(data) - 1, *rng.integers(0, len(data), 40)):
        found = loaded(data[:length], tmp_path)
        assert isinstance(found, sl.FitError)
        assert "no whole zip file" in found.found


def test_a_file_with_a_hole_or_with_more_behind_it_is_as_it_was_or_refused(fits, tmp_path):
    fit, data = fits["mle"]
    rng = np.random.default_rng(13)
    for _ in range(40):
        first, second = sorted(rng.integers(0, len(data), 2))
        for changed in (data[:first] + data[second:], data[:second] + data[first:]):
            found = loaded(changed, tmp_path)
            if not isinstance(found, Exception):
                same_tables(found, fit)


@pytest.mark.parametrize("method", ["nuts", "mle"])
def test_members_that_are_lost_renamed_added_or_twice_there_are_named(method, fits, tmp_path):
    _, data = fits[method]
    members = members_of(data)
    for name in members:
        rest = {n: d for n, d in members.items() if n != name}
        assert isinstance(loaded(zipped(rest), tmp_path), sl.FitError)
        assert isinstance(loaded(zipped(rest | {f"{name}x": members[name]}), tmp_path), sl.FitError)
        with pytest.warns(UserWarning, match="Duplicate name"):
            twice = zipped(members, (name, members[name]))
        assert "stands in it twice" in str(loaded(twice, tmp_path))
    more = loaded(zipped(members, ("setup.py", b"raise SystemExit")), tmp_path)
    assert "'setup.py' does not belong to it" in str(more)
    del members["fit.json"]
    assert "'fit.json' is missing" in str(loaded(zipped(members), tmp_path))


def test_a_member_that_was_changed_is_named(fits, tmp_path):
    _, data = fits["nuts"]
    members = members_of(data)
    members["model.py"] = members["model.py"].replace(b"sl", b"os")
    assert "'model.py' is not what was written" in str(loaded(zipped(members), tmp_path))
    members["model.py"] += b"# more"
    assert "'model.py' is not as long as it was" in str(loaded(zipped(members), tmp_path))


def test_a_file_of_a_newer_format_says_by_whom_it_was_written(fits, tmp_path):
    _, data = fits["mle"]
    newer = sealed(members_of(data), version=VERSION + 1, versions={"stanlevels": "9.1"}, layout="other")
    found = loaded(newer, tmp_path)
    assert isinstance(found, sl.FitError)
    assert f"was written in format {VERSION + 1} by stanlevels 9.1" in found.found
    assert "install a newer stanlevels" in found.found


def test_other_files_are_no_fits(fits, tmp_path):
    for other in (b"", b"not a zip", zipped({"a.txt": b"a"}), pickle.dumps(fits["mle"][0].summary())):
        assert "changed.zip' is not loaded: it is" in str(loaded(other, tmp_path))


# --- what somebody writes who knows the format -------------------------------------------------


def changed_json(value: Any, rng: np.random.Generator) -> Any:
    """JSON in which one value is another."""
    if isinstance(value, dict) and value and rng.random() < 0.95:
        key = list(value)[rng.integers(len(value))]
        if rng.random() < 0.03:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: changed_json(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.95:
        place = int(rng.integers(len(value)))
        if rng.random() < 0.05:
            return value[:place] + value[place + 1 :]
        return [*value[:place], changed_json(value[place], rng), *value[place + 1 :]]
    others: list[Any] = [None, True, -1, 0, 3, 10**30, 1.5, "", "A", "\x00", [], {}, {"at": 0}, [1, [2]]]
    others += [{"at": 10**9}, {"map": []}, {"array": "draws/A.npy"}, {"numpy": "object", "value": 1}]
    others += [{"array": [1], "dtype": "O", "shape": [1]}, {"error": {"is": "SystemExit"}}, {"float": "nan"}]
    return others[rng.integers(len(others))]


@pytest.mark.parametrize("method", ["nuts", "nest", "mle"])
def test_entries_that_were_written_by_another_hand_are_read_or_refused(method, fits, tmp_path):
    _, data = fits[method]
    members, rng = members_of(data), np.random.default_rng(14)
    whole, refused = json.loads(members["fit.json"]), 0
    for _ in range(250):
        text = json.dumps(changed_json(whole, rng)).encode()
        found = loaded(sealed({**members, "fit.json": text}), tmp_path)
        refused += isinstance(found, Exception)
    assert refused > 100


def test_manifests_that_were_written_by_another_hand_are_read_or_refused(fits, tmp_path):
    _, data = fits["mle"]
    members, rng = members_of(data), np.random.default_rng(15)
    whole = json.loads(members["manifest.json"])
    for _ in range(100):
        text = json.dumps(changed_json(whole, rng)).encode()
        digest = f"{hashlib.sha256(text).hexdigest()}  manifest.json\n".encode()
        loaded(zipped({**members, "manifest.json": text, "manifest.sha256": digest}), tmp_path)


def npy(head: str) -> bytes:
    text = head.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(64)


HEADS = {
    "objects": "{'descr': '|O', 'fortran_order': False, 'shape': (8,)}",
    "larger than it is": "{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000,)}",
    "negative": "{'descr': '<f8', 'fortran_order': False, 'shape': (-8,)}",
    "records": "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (8,)}",
    "code": "__import__('os').abort()",
}


@pytest.mark.parametrize("head", HEADS)
def test_arrays_with_other_heads_are_refused(head, fits, tmp_path):
    _, data = fits["nuts"]
    members = members_of(data)
    assert isinstance(loaded(sealed({**members, "draws/A.npy": npy(HEADS[head])}), tmp_path), sl.FitError)


def test_pickled_objects_are_never_made(fits, tmp_path):
    class Bomb:
        def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
            return (tmp_path / "ran").write_text, ("",)

    buffer = BytesIO()
    np.save(buffer, np.array([Bomb()]), allow_pickle=True)
    members = members_of(fits["nuts"][1])
    assert isinstance(loaded(sealed({**members, "draws/A.npy": buffer.getvalue()}), tmp_path), sl.FitError)
    assert not (tmp_path / "ran").exists()


def test_a_file_that_would_unpack_to_far_more_than_it_is_is_refused_unread(fits, tmp_path):
    members = members_of(fits["mle"][1]) | {"model.py": b"#" * 200_000_000}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert "it would unpack to 200," in str(loaded(buffer.getvalue(), tmp_path))


def test_text_that_goes_deeper_than_any_fit_is_refused(fits, tmp_path):
    members = members_of(fits["mle"][1])
    deep = b"[" * 100_000 + b"]" * 100_000
    assert isinstance(loaded(sealed({**members, "fit.json": deep}), tmp_path), sl.FitError)
    nested = b'{"entries": [], "fit": ' + b"[" * 900 + b"]" * 900 + b"}"
    assert isinstance(loaded(sealed({**members, "fit.json": nested}), tmp_path), sl.FitError)
