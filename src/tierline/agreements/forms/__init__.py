"""What the room's pages ask for. A form checks shape; what no clock could run on, the domain says."""

from tierline.agreements.forms.papers import (
    ContractForm,
    EntitleForm,
    NewAgreementForm,
    PartyForm,
    PartyPromiseForm,
    QuestionForm,
    UntilForm,
)
from tierline.agreements.forms.terms import TermsForm

__all__ = [
    "ContractForm",
    "EntitleForm",
    "NewAgreementForm",
    "PartyForm",
    "PartyPromiseForm",
    "QuestionForm",
    "TermsForm",
    "UntilForm",
]
