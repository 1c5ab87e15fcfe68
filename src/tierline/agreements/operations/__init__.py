"""Catalogue, agreements and entitlements, written inside another room's transaction."""

from tierline.agreements.operations.catalogue import (
    NewFaultClass,
    NewService,
    add_fault_classes,
    add_services,
    retire_service,
)
from tierline.agreements.operations.entitlements import Whom, end_entitlement, entitle
from tierline.agreements.operations.promises import Wording, publish, publish_calendar
from tierline.agreements.operations.set_up import GENERAL, STANDARD, set_up_enterprise

__all__ = [
    "GENERAL",
    "STANDARD",
    "NewFaultClass",
    "NewService",
    "Whom",
    "Wording",
    "add_fault_classes",
    "add_services",
    "end_entitlement",
    "entitle",
    "publish",
    "publish_calendar",
    "retire_service",
    "set_up_enterprise",
]
