"""The database itself closes every scoped table: keys over the tenant, row-level security, a role that owns nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models

from tests.arch.test_foreign_keys import ours
from tests.arch.test_tenancy import GLOBAL

pytestmark = pytest.mark.django_db

# What answers before a scope is known. Each runs with its owner's rights, so each is looked at here by name.
LOOK_UPS = {
    "tierline_api_key",
    "tierline_directory",
    "tierline_mailbox",
    # Ids of the mailboxes to fetch; what they hold is read in their scope.
    "tierline_mailboxes",
    # Counts over everybody for the metrics page: figures, never a row.
    "tierline_notice_figures",
    "tierline_portal",
    "tierline_reach",
    "tierline_sign_in",
}
APPEND_ONLY = {"audit_entry"}
SCOPE = {"provider_id", "enterprise_id"}
# Tables whose rows may belong to the provider itself: a reference to one is kept inside the provider.
OF_A_PROVIDER = {
    "accounts_person", "knowledge_sharedarticle", "notices_hook", "notices_message", "workforce_shift", "workforce_skill",
}  # fmt: skip
# table.column that names a row and has no key -> why
LOOSE = {
    "audit_entry.actor_id": "the record outlives the person it names",
    "desk_ticketevent.actor_id": "the same; and it is the door's actor, never a value that somebody sent",
    "plumbing_answered.person_id": "a remembered answer, dropped after some days",
}
# The names of a constraint's columns.
NAMES = "ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey))"


def rows(sql: str, *args: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return [tuple(row) for row in cursor.fetchall()]


def faults(table: str, columns: set[str], *, tenant: bool = False) -> Iterator[str]:
    """What leaves ``table`` open. ``tenant`` is the providers' own table, whose id is the scope."""
    secured, mine = rows(
        "SELECT relrowsecurity, pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = %s::regclass", table
    )[0]
    if not secured:
        yield f"{table} has no row-level security"
    if mine:
        yield f"{table} belongs to the role that the product runs as"
    policies = " ".join(row[0] for row in rows("SELECT qual FROM pg_policies WHERE tablename = %s", table))
    if "tierline_provider()" not in policies:
        yield f"{table} has no policy on the provider"
    if "enterprise_id" in columns and "tierline_enterprises()" not in policies:
        yield f"{table} has no policy on the enterprises"
    key = {"provider_id", "enterprise_id", "id"} & columns
    if not tenant and key not in _keys(table):
        yield f"{table} has no key over {sorted(key)}"


def open_references(table: str, columns: set[str]) -> Iterator[str]:
    """Columns that name a row elsewhere (they end in _id) without a key that keeps them in their tenant."""
    for column in sorted(columns):
        if not column.endswith("_id") or column in SCOPE or f"{table}.{column}" in LOOSE:
            continue
        found = [(key, target) for key, target in _references(table) if {"provider_id", column} <= key]
        if not found:
            yield f"{table}.{column} may point into another provider"
        elif "enterprise_id" in columns and _is_wide(found):
            yield f"{table}.{column} may point into another enterprise"


def _is_wide(keys: list[tuple[set[str], str]]) -> bool:
    return all("enterprise_id" not in key and target not in OF_A_PROVIDER for key, target in keys)


def _references(table: str) -> list[tuple[set[str], str]]:
    found = rows(
        f"SELECT {NAMES}, confrelid::regclass::text FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
        table,
    )
    return [(set(names), target) for names, target in found]


def _keys(table: str) -> list[set[str]]:
    found = rows(
        f"SELECT {NAMES} FROM pg_constraint WHERE conrelid = %s::regclass AND contype::text = ANY ('{{u,p}}')", table
    )
    return [set(names) for (names,) in found]


def test_every_scoped_table_is_closed() -> None:
    found = []
    for model in ours():
        tenant = model._meta.label == "accounts.Provider"
        if tenant or model._meta.label not in GLOBAL:
            columns = {field.column for field in model._meta.local_fields}
            policy_of = {"id" if tenant else "provider_id"} | columns
            found += faults(model._meta.db_table, policy_of, tenant=tenant)
    assert not found


def test_no_reference_leaves_its_tenant() -> None:
    found = []
    for model in ours():
        if model._meta.label not in GLOBAL:
            named = {
                f.column for f in model._meta.local_fields if isinstance(f, models.IntegerField | models.ForeignKey)
            }
            found += open_references(model._meta.db_table, named)
    assert not found


def test_a_table_that_nobody_closed_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE opened (id bigint, provider_id bigint, enterprise_id bigint) ON COMMIT DROP")
    assert len(list(faults("opened", {"id", "provider_id", "enterprise_id"}))) == 5
    assert len(list(open_references("opened", {"id", "provider_id", "enterprise_id", "person_id"}))) == 1


def test_the_product_runs_as_a_role_that_owns_nothing() -> None:
    assert rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ) == [(False, False, False, False)]
    assert not rows("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
    assert not rows("SELECT proname FROM pg_proc WHERE pg_get_userbyid(proowner) = current_user")


def test_what_runs_with_its_owners_rights_is_a_named_look_up_or_carries_the_scope_itself() -> None:
    found = rows(
        "SELECT proname, coalesce(array_to_string(proconfig, ','), ''), prosrc FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    assert not [name for name, settings, _ in found if "search_path=" not in settings]
    bound = {name for name, _, body in found if "tierline_provider()" in body and "tierline_enterprises()" in body}
    assert {name for name, _, _ in found} - bound == LOOK_UPS


def test_a_view_reads_with_its_readers_rights() -> None:
    views = rows(
        "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
        " AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)"
    )
    assert not views


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_the_record_can_be_added_to_and_not_changed(table: str) -> None:
    may = rows(
        "SELECT has_table_privilege(%s, 'INSERT'), has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE')", table, table
    )
    assert may == [(True, False)]
