"""Models of Stan's case studies and user's guide."""

import stanlevels as sl
from tests.published.frames import stan as data
from tests.published.record import Published


class Golf(sl.Model):
    """
    p = (2 Phi(asin((R - r) / x) / s) - 1) (Phi(2 / w) - Phi(-1 / w)), w = (x + 1) d
    y / n ~ normal(p, sqrt(p (1 - p) / n + s_y^2))
    """

    s, d, s_y = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    straight = 2 * sl.Phi(sl.data("angle") / s) - 1
    width = (sl.data("x") + 1) * d
    p = straight * (sl.Phi(2 / width) - sl.Phi(-1 / width))
    sd = sl.sqrt(p * (1 - p) / sl.data("n") + s_y**2)
    share = sl.Normal(p, sd, observed=True)


MODELS = (
    Published(
        name="golf",
        source="Stan case study, golf putting",
        model=Golf,
        data=data.golf,
        lines=7,
        brms="""\
brm(bf(share ~ p, nlf(p ~ (2 * Phi(angle / s) - 1) * (Phi(2 / w) - Phi(-1 / w))),
       nlf(w ~ (x + 1) * d), nlf(sigma ~ sqrt(p * (1 - p) / n + sy^2)),
       s + d + sy ~ 1, nl = TRUE),
    data = golf, family = gaussian(link_sigma = "identity"),
    prior = prior(normal(0, 1), nlpar = "s", lb = 0) +
      prior(normal(0, 1), nlpar = "d", lb = 0) +
      prior(normal(0, 1), nlpar = "sy", lb = 0))
""",
        bambi=None,
    ),
)
