"""The tests over models can fail: faults are planted in models that exist for one test only."""

from collections.abc import Callable

import pytest
from django.db import models
from django.test.utils import isolate_apps

from tests.arch import test_foreign_keys, test_tenancy, test_wiring
from tierline.accounts.models import Person
from tierline.plumbing.announce import Announcement
from tierline.plumbing.tenancy import TenantModel, ref


def without_a_scope() -> type[models.Model]:
    class Planted(models.Model):
        class Meta:
            app_label = "desk"

    return Planted


def with_an_open_manager() -> type[models.Model]:
    class Planted(TenantModel):
        everything = models.Manager()

        class Meta:
            app_label = "desk"

    return Planted


def with_a_way_up() -> type[models.Model]:
    class Planted(TenantModel):
        person = models.ForeignKey(Person, models.PROTECT, related_name="planted")

        class Meta:
            app_label = "desk"

    return Planted


def with_a_cascade() -> type[models.Model]:
    class Planted(TenantModel):
        person = models.ForeignKey(Person, models.CASCADE, related_name="+")

        class Meta:
            app_label = "desk"

    return Planted


def with_a_hidden_table() -> type[models.Model]:
    class Planted(TenantModel):
        people = models.ManyToManyField(Person, related_name="+")

        class Meta:
            app_label = "desk"

    return Planted


def sound() -> type[models.Model]:
    class Planted(TenantModel):
        person = ref("accounts.Person")

        class Meta:
            app_label = "desk"

    return Planted


FAULTS = [
    ("a model without a provider", without_a_scope, test_tenancy, "no provider_id"),
    ("a manager that answers without a scope", with_an_open_manager, test_tenancy, "answers without a scope"),
    ("a reference that gives a lower room a way up", with_a_way_up, test_foreign_keys, "a way up"),
    ("a reference that deletes by itself", with_a_cascade, test_foreign_keys, "deletes by itself"),
    ("a table between that nobody scoped", with_a_hidden_table, test_foreign_keys, "without a scope"),
]


@pytest.mark.parametrize(("plant", "checker", "said"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
@isolate_apps("tierline.desk")
def test_a_planted_model_is_found(plant: Callable[[], type[models.Model]], checker: object, said: str) -> None:
    assert said in " ".join(checker.violations([plant()]))


@isolate_apps("tierline.desk")
def test_a_sound_model_passes() -> None:
    model = sound()
    assert not [*test_tenancy.violations([model]), *test_foreign_keys.violations([model])]


def test_an_event_that_nobody_hears_is_found() -> None:
    class Unheard(Announcement):
        pass

    class Recorded(Announcement):
        for_the_record = True

    class Heard(Announcement):
        pass

    table = {Heard: (print,)}
    assert ["Unheard" in said for said in test_wiring.unheard([Unheard, Recorded, Heard], table)] == [True]


def test_a_handler_outside_of_its_rooms_handlers_is_found() -> None:
    assert list(test_wiring.misplaced([sound]))


def test_a_handler_that_no_test_runs_twice_is_found(tmp_path) -> None:
    (tmp_path / "tierline").mkdir()
    assert list(test_wiring.untested([sound], tmp_path))
