"""Golden files: the Stan text of every example and of small models, and every message of refusal.

``python -m pytest tests/program/test_golden.py --promote`` writes them anew; the diff is the review.
"""

import importlib.util
import re

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import StanlevelsError
from stanlevels.resources import folder
from tests.golden.programs import MODELS, bind
from tests.golden.wrong import CASES

EXAMPLES = [
    p for p in sorted(folder("examples").glob("*.py")) if re.search("def (simulate|load)", p.read_text())
]


def models_of(path):
    """The models that an example declares, and its data."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = [m for m in vars(module).values() if isinstance(m, type) and issubclass(m, sl.Model)]
    return module, [m for m in found if m.__module__ == path.stem]


@pytest.mark.parametrize("family", CASES)
def test_every_message_is_as_it_was_reviewed(family, golden):
    parts = []
    for case in CASES[family]:
        with pytest.raises(StanlevelsError) as caught:
            case()
        parts.append(f"# {case.__name__.replace('_', ' ')}\n{type(caught.value).__name__}: {caught.value}\n")
    golden(f"messages/{family}.txt", "\n".join(parts))


@pytest.mark.parametrize("name", MODELS)
def test_the_program_of_a_small_model_is_as_it_was_reviewed(name, golden, frame):
    golden(f"programs/{name}.stan", bind(name, frame).stan_code)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_program_of_an_example_is_as_it_was_reviewed(path, golden):
    module, models = models_of(path)
    assert models
    data = module.simulate() if hasattr(module, "simulate") else module.load()
    rows = data[0] if isinstance(data, tuple) else data
    texts = [model.bind(rows).stan_code for model in models]
    golden(f"examples/{path.stem}.stan", "\n".join(texts))


def test_no_golden_file_is_left_of_what_is_gone():
    from tests.conftest import GOLDEN

    wanted = {f"messages/{family}.txt" for family in CASES}
    wanted |= {f"programs/{name}.stan" for name in MODELS}
    wanted |= {f"examples/{path.stem}.stan" for path in EXAMPLES}
    kept = [p for kind in ("messages", "programs", "examples") for p in (GOLDEN / kind).glob("*.*")]
    found = {str(p.relative_to(GOLDEN)) for p in kept if p.suffix in (".txt", ".stan")}
    assert found == wanted


def test_examples_bind_the_same_data_every_time():
    for path in EXAMPLES:
        module, _ = models_of(path)
        if hasattr(module, "simulate"):
            first, second = (np.asarray(module.simulate()[0].select_dtypes("number")) for _ in range(2))
            np.testing.assert_array_equal(first, second)
