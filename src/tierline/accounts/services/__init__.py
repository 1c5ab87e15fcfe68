"""Verbs of the accounts room."""

from tierline.accounts.services.assignments import assign_person, end_assignment
from tierline.accounts.services.keys import create_key, revoke_key
from tierline.accounts.services.organisations import add_customers, add_enterprise
from tierline.accounts.services.people import add_person
from tierline.accounts.services.rights import AlreadyAsked, ask_for_right, settle_right_request
from tierline.accounts.services.sign_in import SignInRefused, TooManyAttempts, sign_in, signed_out

__all__ = [
    "AlreadyAsked",
    "SignInRefused",
    "TooManyAttempts",
    "add_customers",
    "add_enterprise",
    "add_person",
    "ask_for_right",
    "assign_person",
    "create_key",
    "end_assignment",
    "revoke_key",
    "settle_right_request",
    "sign_in",
    "signed_out",
]
