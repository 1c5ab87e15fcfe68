"""Addresses of the agreements room's pages."""

from __future__ import annotations

from django.urls import path

from tierline.agreements.views import (
    agreements,
    calendar_imports,
    calendars,
    catalogue,
    drafting,
    entitling,
    form_editing,
    papers,
    parties,
)

urlpatterns = [
    path("agreements", agreements.overview, name="agreements"),
    path("agreements/new", drafting.new, name="agreement_new"),
    path("agreements/contracts/new", papers.new, name="contract_new"),
    path("agreements/contracts/<int:contract_id>", papers.contract, name="contract"),
    path("agreements/parties/new", parties.new, name="party_new"),
    path("agreements/parties/<int:party_id>", parties.party, name="party"),
    path("agreements/parties/<int:party_id>/contact", parties.contact, name="party_contact"),
    path("agreements/parties/<int:party_id>/retire", parties.retire, name="party_retire"),
    path("agreements/which/<int:enterprise_id>", agreements.question, name="agreement_question"),
    path("agreements/<int:agreement_id>", agreements.agreement, name="agreement"),
    path("agreements/<int:agreement_id>/versions/<int:number>", agreements.agreement, name="agreement_version"),
    path("agreements/<int:agreement_id>/diff", agreements.diff, name="agreement_diff"),
    path("agreements/<int:agreement_id>/draft", drafting.draft, name="agreement_draft"),
    path("agreements/<int:agreement_id>/draft/start", drafting.start, name="agreement_draft_start"),
    path("agreements/<int:agreement_id>/draft/publish", drafting.publish, name="agreement_publish"),
    path("agreements/<int:agreement_id>/draft/drop", drafting.drop, name="agreement_draft_drop"),
    path("agreements/<int:agreement_id>/entitle", entitling.entitle, name="agreement_entitle"),
    path("agreements/<int:agreement_id>/entitlements/<int:entitlement_id>/end", entitling.end, name="entitlement_end"),
    path("catalogue", catalogue.overview, name="catalogue"),
    path("catalogue/new", catalogue.new, name="catalogue_new"),
    path("catalogue/<int:service_id>", catalogue.service, name="catalogue_service"),
    path("catalogue/<int:service_id>/change", catalogue.change, name="catalogue_change"),
    path("catalogue/<int:service_id>/retire", catalogue.retire, name="catalogue_retire"),
    path("catalogue/<int:service_id>/faults", catalogue.add_fault_class, name="catalogue_fault"),
    path("catalogue/<int:service_id>/form", form_editing.editor, name="catalogue_form"),
    path("catalogue/<int:service_id>/form/look", form_editing.look, name="catalogue_form_look"),
    path("catalogue/<int:service_id>/form/diff", form_editing.diff, name="catalogue_form_diff"),
    path("catalogue/<int:service_id>/form/publish", form_editing.publish, name="catalogue_form_publish"),
    path("catalogue/<int:service_id>/form/drop", form_editing.drop, name="catalogue_form_drop"),
    path("calendars", calendars.calendars, name="calendars"),
    path("calendars/new", calendars.new, name="calendar_new"),
    path("calendars/<slug:slug>/<slug:code>", calendars.calendar, name="calendar"),
    path("calendars/<slug:slug>/<slug:code>/hours", calendars.hours, name="calendar_hours"),
    path("calendars/<slug:slug>/<slug:code>/days", calendars.days, name="calendar_days"),
    path("calendars/<slug:slug>/<slug:code>/holidays", calendar_imports.holidays, name="calendar_holidays"),
    path("calendars/<slug:slug>/<slug:code>/file", calendar_imports.file, name="calendar_file"),
    path("calendars/<slug:slug>/<slug:code>/file/confirm", calendar_imports.file_confirm, name="calendar_file_confirm"),
    path("calendars/<slug:slug>/<slug:code>/adopt", calendars.adopt, name="calendar_adopt"),
    path("calendars/<slug:slug>/<slug:code>/diff", calendars.diff, name="calendar_diff"),
]
