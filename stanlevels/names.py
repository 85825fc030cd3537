"""The bijection between people's names and Stan's identifiers.

User text enters a program only through here. A name that is a legal Stan identifier stays as it
is; any other becomes one that resembles it, and the change is reported by `Names.renamed`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stanlevels.errors import InternalError
from stanlevels.macros import is_macro

# Stan's keywords, types and block names (Stan reference manual, "Reserved names").
STAN_RESERVED = frozenset(
    """
    functions data parameters model quantities transformed generated int real complex vector
    row_vector matrix array tuple ordered positive_ordered simplex unit_vector cholesky_factor_corr
    cholesky_factor_cov corr_matrix cov_matrix sum_to_zero_vector sum_to_zero_matrix
    column_stochastic_matrix row_stochastic_matrix complex_vector complex_row_vector complex_matrix
    void if else while for in return break continue target print reject fatal_error profile lower
    upper offset multiplier jacobian include truncate T lp__ get_lp increment_log_prob repeat until
    then true false NULL FILE STAN_MAJOR STAN_MINOR STAN_PATCH STAN_MATH_MAJOR STAN_MATH_MINOR
    STAN_MATH_PATCH
    """.split()
)

# C++17's keywords, alternative tokens, and names that generated C++ uses.
CPP_RESERVED = frozenset(
    """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t
    class compl const constexpr const_cast continue decltype default delete do double dynamic_cast
    else enum explicit export extern false float for friend goto if inline int long mutable
    namespace new noexcept not not_eq nullptr operator or or_eq private protected public register
    reinterpret_cast return short signed sizeof static static_assert static_cast struct switch
    template this thread_local throw true try typedef typeid typename union unsigned using virtual
    void volatile wchar_t while xor xor_eq var fvar std stan math boost Eigen main model_namespace
    vars__ base_rng__ lp_accum__
    """.split()
)

# Functions that generated programs call: a variable of that name would hide them. Stan takes the
# names of its other functions for variables, and people use them (mean, sd, size).
STAN_FUNCTIONS = frozenset(
    """
    abs atan cos exp expm1 inv_cloglog inv_logit log log1p log2 logit Phi sin sqrt square tanh
    append_col append_row diag_pre_multiply dot_product multiply_lower_tri_self_transpose num_elements
    rep_matrix rep_vector rows_dot_product stack_rows to_matrix to_vector positive_infinity
    negative_infinity density_of diag_matrix dot_self normal_effects normal_residuals residual_scores
    segment_column_sums segment_products segment_sums shares_left swept block_diagonal
    common_effects looked_up_sums moved_squares outcome_moved unit_weights weights_density with_units
    without_level pooled_effects scores_above unit_scores information_above messages_above density_so_far
    swept_width softened log_slope_softened autoregressed walked correlated placed
    bordered
    """.split()
)

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_FUNCTION_LIKE = re.compile(r".*_(lpdf|lpmf|lcdf|lccdf|cdf|rng|lp|lupdf|lupmf|jacobian)\Z")

# What a compiled program is called in C++.
_OF_THE_COMPILED = re.compile(r"stanlevels_program|stan_model\Z|.*_model_namespace\Z")


def is_legal(name: str) -> bool:
    """Whether `name` can stand in a Stan program as it is.

    Examples
    --------
    >>> is_legal("school"), is_legal("class"), is_legal("größe"), is_legal("x__"), is_legal("NAN")
    (True, False, False, False, False)
    """
    return (
        bool(_IDENTIFIER.match(name))
        and not name.endswith("__")
        and name not in STAN_RESERVED
        and name not in CPP_RESERVED
        and name not in STAN_FUNCTIONS
        and not _FUNCTION_LIKE.match(name)
        and not _OF_THE_COMPILED.match(name)
        and not is_macro(name)
    )


def legal(name: str) -> str:
    """A legal Stan identifier that resembles `name`; `name` itself where it is one.

    Examples
    --------
    >>> legal("Price (USD)"), legal("class"), legal("größe"), legal("1a"), legal("?")
    ('Price_USD', 'class_', 'grosse', 'x_1a', 'x')
    """
    if is_legal(name):
        return name
    ascii_text = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    text = re.sub(r"_+", "_", re.sub(r"[^A-Za-z0-9_]", "_", ascii_text)).strip("_")
    if not text:
        text = "x"
    if text[0].isdigit():
        text = f"x_{text}"
    return text if is_legal(text) else f"{text}_"


def distinct(wanted: str, taken: Iterable[str]) -> str:
    """`wanted`, numbered if it is already `taken`.

    Examples
    --------
    >>> distinct("mu", {"mu", "mu_2"})
    'mu_3'
    """
    taken = set(taken)
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}_{number}" in taken:
        number += 1
    return f"{wanted}_{number}"


@dataclass(frozen=True)
class Names:
    """Identifiers by key. Keys are whatever a caller uses to tell things apart.

    Examples
    --------
    >>> names = Names.assign([(("quantity", "class"), "class"), (("size", "app"), "N_app")])
    >>> names[("quantity", "class")], names[("size", "app")]
    ('class_', 'N_app')
    """

    by_key: Mapping[Hashable, str]

    def __post_init__(self) -> None:
        if len(set(self.by_key.values())) != len(self.by_key):
            raise InternalError(f"two things share one Stan name in {dict(self.by_key)}")
        object.__setattr__(self, "by_key", MappingProxyType(dict(self.by_key)))

    def __reduce__(self) -> tuple[type[Names], tuple[dict[Hashable, str]]]:
        return Names, (dict(self.by_key),)

    @classmethod
    def assign(cls, wanted: Iterable[tuple[Hashable, str]]) -> Names:
        """Give every key a distinct legal identifier; earlier keys choose first.

        Names that are legal as they stand are served before names that need changing, so that
        what a person wrote legally is never moved by what another name maps to.
        """
        requests = dict(wanted)
        given: dict[Hashable, str] = {}
        for must_be_legal in (True, False):
            for key, text in requests.items():
                if key not in given and is_legal(text) >= must_be_legal:
                    given[key] = distinct(legal(text), given.values())
        return cls({key: given[key] for key in requests})

    def __getitem__(self, key: Hashable) -> str:
        return self.by_key[key]

    def __contains__(self, key: object) -> bool:
        return key in self.by_key
