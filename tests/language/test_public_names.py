"""What a person completes behind the package's name: its public names alone."""

from __future__ import annotations

import inspect
import re

import pytest

import stanlevels as sl
from stanlevels.language.messages.unknown_names import UnknownName


def test_the_package_lists_its_public_names_alone():
    import stanlevels.results.fit  # loading a room puts it in the package's namespace

    assert stanlevels.results.fit
    listed = [name for name in dir(sl) if not name.startswith("_")]
    assert listed == sorted(sl.__all__)
    assert {"__doc__", "__file__", "__version__"} <= set(dir(sl))


def test_a_star_import_brings_the_public_names():
    scope: dict[str, object] = {}
    exec("from stanlevels import *", scope)
    assert set(sl.__all__) <= set(scope)
    assert "language" not in scope


def test_names_of_python_that_are_missing_are_no_misspelt_distributions():
    with pytest.raises(AttributeError, match="module 'stanlevels' has no attribute '_nothing'") as caught:
        sl._nothing
    assert not isinstance(caught.value, UnknownName)


CALLED = [
    name
    for name in sl.__all__
    if callable(thing := getattr(sl, name))
    and not (inspect.isclass(thing) and issubclass(thing, Exception | sl.Model))  # a call of Model is refused
]


@pytest.mark.parametrize("name", CALLED)
def test_a_public_callable_says_what_it_takes_and_gives(name):
    thing = getattr(sl, name)
    documented = inspect.getdoc(thing).partition("Parameters\n----------\n")[2]
    named = {
        n
        for line in re.findall(r"^[\w*].*", documented, re.M)
        for n in re.findall(r"\w+", line.split(" : ")[0])
    }
    assert [n for n in inspect.signature(thing).parameters if n not in named] == []
    assert inspect.isclass(thing) or "Returns\n-------\n" in documented
