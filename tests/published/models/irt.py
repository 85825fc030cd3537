"""Item responses, signal detection and psychometric functions."""

import stanlevels as sl
from tests.published.frames import irt as frames
from tests.published.record import Published


class TwoParameters(sl.Model):
    """logit Pr(right) = alpha[item] * (theta[person] - beta[item])"""

    person, item = sl.Level(), sl.Level()
    theta = sl.Normal(0, 1, over=person)
    alpha = sl.LogNormal(0, over=item)
    beta = sl.Normal(over=item)
    right = sl.Bernoulli(logit=alpha * (theta - beta), observed=True)


class CorrelatedItems(sl.Model):
    """
    logit Pr(right) = exp(xi1[item]) * (theta[person] - xi2[item])
    xi[item] ~ MVN(mu, Sigma)
    """

    person, item = sl.Level(), sl.Level()
    log_alpha, beta = sl.Normal(0, 1), sl.Normal(0, 1)
    sds = sl.Exponential(0.1, over=sl.Index(["log_alpha", "beta"]))
    xi = sl.MultiNormal([log_alpha, beta], sds, over=item)
    theta = sl.Normal(0, 1, over=person)
    right = sl.Bernoulli(logit=sl.exp(xi[0]) * (theta - xi[1]), observed=True)


class GradedResponse(sl.Model):
    """grade ~ ordered_logistic(alpha[item] * theta[person], kappa[item])"""

    person, item = sl.Level(), sl.Level()
    theta = sl.Normal(0, 1, over=person)
    alpha = sl.LogNormal(0, over=item)
    kappa = sl.Normal(over=(item, sl.Index(3)), ordered=True)
    grade = sl.OrderedLogistic(alpha * theta, kappa, observed=True)


class Fouls(sl.Model):
    """logit Pr(foul_called) = theta[disadvantaged] - b[committing]"""

    disadvantaged, committing = sl.Level(), sl.Level()
    theta = sl.effects(1, over=disadvantaged)
    b = sl.Normal(0, over=committing)
    foul_called = sl.Bernoulli(logit=theta - b, observed=True)


class SignalDetection(sl.Model):
    """sayold ~ 1 + isold + (1 + isold | subj), probit"""

    subj = sl.Level()
    B = sl.effects(1, "isold", over=subj)
    sayold = sl.Bernoulli(sl.Phi(B), observed=True)


class Psychometric(sl.Model):
    """Pr(seen) = lapse / 2 + (1 - lapse) * Phi(slope * (contrast - threshold))"""

    lapse, threshold, slope = sl.Beta(1, 20), sl.Normal(0, 1), sl.LogNormal(0, 1)
    clean = sl.Phi(slope * (sl.data("contrast") - threshold))
    seen = sl.Binomial(sl.data("shown"), lapse / 2 + (1 - lapse) * clean, observed=True)


MODELS = (
    Published(
        name="irt_two_parameters",
        source="Stan user's guide, item-response models",
        model=TwoParameters,
        data=frames.right_or_wrong,
        lines=6,
        brms="""\
formula <- bf(right ~ exp(logalpha) * eta, eta ~ 1 + (1 | item) + (1 | person),
              logalpha ~ 1 + (1 | item), nl = TRUE)
prior <- prior(normal(0, 1), nlpar = "eta") + prior(normal(0, 1), nlpar = "logalpha") +
  prior(constant(1), class = "sd", group = "person", nlpar = "eta")
brm(formula, data = answers, family = bernoulli(), prior = prior)""",
        bambi=None,
    ),
    Published(
        name="irt_correlated_items",
        source="edstan, hierarchical two-parameter logistic",
        model=CorrelatedItems,
        data=frames.right_or_wrong,
        lines=7,
        brms="""\
formula <- bf(right ~ exp(logalpha) * eta, eta ~ 1 + (1 | i | item) + (1 | person),
              logalpha ~ 1 + (1 | i | item), nl = TRUE)
prior <- prior(normal(0, 1), nlpar = "eta") + prior(normal(0, 1), nlpar = "logalpha") +
  prior(constant(1), class = "sd", group = "person", nlpar = "eta")
brm(formula, data = answers, family = bernoulli(), prior = prior)""",
        bambi=None,
    ),
    Published(
        name="irt_graded_response",
        source="edstan, graded response",
        model=GradedResponse,
        data=frames.graded,
        lines=6,
        brms="""\
formula <- bf(grade | thres(gr = item) ~ 1 + (1 | person), disc ~ 1 + (1 | item))
prior <- prior(constant(1), class = "sd", group = "person")
brm(formula, data = answers, family = cumulative(), prior = prior)""",
        bambi=None,
    ),
    Published(
        name="nba_fouls",
        source="PyMC, NBA foul analysis",
        model=Fouls,
        data=frames.fouls,
        lines=5,
        brms="""\
brm(foul_called ~ 1 + (1 | disadvantaged) + (1 | committing), data = plays,
    family = bernoulli())""",
        bambi="""\
bmb.Model("foul_called ~ 1 + (1|disadvantaged) + (1|committing)", plays,
          family="bernoulli")""",
    ),
    Published(
        name="signal_detection",
        source="brms, signal detection models",
        model=SignalDetection,
        data=frames.memory,
        lines=4,
        brms="""\
brm(sayold ~ 1 + isold + (1 + isold | subj), data = memory,
    family = bernoulli(link = "probit"))""",
        bambi=None,
    ),
    Published(
        name="psychometric_lapses",
        source="psychometric function with lapses",
        model=Psychometric,
        data=frames.detection,
        lines=4,
        brms="""\
formula <- bf(seen | trials(shown) ~ lapse / 2 + (1 - lapse) *
                Phi(exp(logslope) * (contrast - threshold)),
              lapse + logslope + threshold ~ 1, nl = TRUE)
prior <- prior(beta(1, 20), nlpar = "lapse", lb = 0, ub = 1) +
  prior(normal(0, 1), nlpar = "logslope") + prior(normal(0, 1), nlpar = "threshold")
brm(formula, data = detection, family = binomial(link = "identity"), prior = prior)""",
        bambi=None,
    ),
)
