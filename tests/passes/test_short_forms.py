"""The plan says what a line that stands for several stands for."""

# mypy: disable-error-code="assignment"
# lines may be overridden by lines of another kind

import stanlevels as sl

DATA = {"subject": [1, 1, 2, 2, 3, 3], "days": [0, 1] * 3, "y": [1.0, 2.0, 2.5, 2.2, 0.1, 0.7]}


class Slopes(sl.Model):
    subject = sl.Level()
    B = sl.effects(1, "days", over=subject, sd=sl.HalfNormal(50))
    y = sl.Normal(B, observed=True)


def found(model, **given):
    plan = model.bind(DATA, **given).plan
    return [record for record in plan.records if record.step == "effects"]


def test_the_record_has_the_lines_and_the_line_as_it_was_written():
    (record,) = found(Slopes)
    assert record.subject == "B"
    assert record.decision == (
        "stands for 'B_covariates', 'B_mean', 'B_sd', 'B_corr' and B ~ MultiNormal(B_mean, B_sd, B_corr),"
        " over subject, B_covariates"
    )
    assert record.reason == 'B = sl.effects(1, "days", over=subject, sd=sl.HalfNormal(50))'
    assert "print(Slopes)" in record.instead


def test_the_long_class_has_no_record():
    class Long(Slopes):
        B = sl.MultiNormal(
            Slopes.B.mean, Slopes.B.sd, Slopes.B.corr, over=(Slopes.subject, Slopes.B.covariates)
        )

    assert not found(Long)
    assert Long.bind(DATA).stan_code.replace("Long", "Slopes") == Slopes.bind(DATA).stan_code


def test_every_way_to_write_effects_is_told_as_it_was_written():
    class Several(sl.Model):
        subject = sl.Level()
        X = sl.covariates(1, "days")
        spread = sl.HalfNormal(1)
        b = sl.effects(X, mean=0, sd=5)
        B = sl.effects(X, over=subject, mean=[0, b["days"]])
        S = sl.effects(1, over=subject, mean=0, sd=spread)
        y = sl.Normal(b + B + S, observed=True)

    assert [record.reason for record in found(Several)] == [
        "b = sl.effects(X, mean=0, sd=5)",
        'B = sl.effects(X, over=subject, mean=[0, b["days"]])',
        "S = sl.effects(1, over=subject, mean=0, sd=spread)",
    ]


def test_a_role_in_place_of_effects_has_no_record():
    assert not found(Slopes, roles={"B": sl.Normal(0, 10)})
