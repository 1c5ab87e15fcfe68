"""Catalogue, agreements and entitlements, written inside another room's transaction."""

from tierline.agreements.operations.calendars import Saved, Week, adopt, change_days, import_holidays, save_week
from tierline.agreements.operations.catalogue import (
    NewFaultClass,
    NewService,
    add_fault_classes,
    add_services,
    change_service,
    restore_service,
    retire_service,
)
from tierline.agreements.operations.contracts import NewContract, add_contract, set_contract_end
from tierline.agreements.operations.drafts import (
    Drafted,
    create_agreement,
    drop_draft,
    publish_draft,
    save_draft,
    start_draft,
)
from tierline.agreements.operations.entitlements import Whom, end_entitlement, entitle
from tierline.agreements.operations.parties import (
    OWED,
    NewParty,
    add_party,
    publish_party,
    retire_party,
    set_party_contact,
)
from tierline.agreements.operations.promises import Wording, check_not_backdated, publish, publish_calendar
from tierline.agreements.operations.request_forms import drop_form_draft, publish_form, save_form_draft
from tierline.agreements.operations.set_up import GENERAL, STANDARD, set_up_enterprise

__all__ = [
    "GENERAL",
    "OWED",
    "STANDARD",
    "Drafted",
    "NewContract",
    "NewFaultClass",
    "NewParty",
    "NewService",
    "Saved",
    "Week",
    "Whom",
    "Wording",
    "add_contract",
    "add_fault_classes",
    "add_party",
    "add_services",
    "adopt",
    "change_days",
    "change_service",
    "check_not_backdated",
    "create_agreement",
    "drop_draft",
    "drop_form_draft",
    "end_entitlement",
    "entitle",
    "import_holidays",
    "publish",
    "publish_calendar",
    "publish_draft",
    "publish_form",
    "publish_party",
    "restore_service",
    "retire_party",
    "retire_service",
    "save_draft",
    "save_form_draft",
    "save_week",
    "set_contract_end",
    "set_party_contact",
    "set_up_enterprise",
    "start_draft",
]
