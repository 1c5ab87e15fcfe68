"""申请表单: what a service asks for besides the words. A definition is data; what it means is decided here."""

from tierline.domain.forms.answers import Answers, AnswersRefused, check, visible
from tierline.domain.forms.changes import Difference, differences
from tierline.domain.forms.definition import (
    CHOICES,
    CONDITIONS,
    FIELD_LIMIT,
    KINDS,
    NUMBER,
    WORDED,
    Condition,
    Fault,
    Field,
    Form,
    InvalidForm,
    Option,
    faults_of,
    parse,
)
from tierline.domain.forms.page import Drawn, defaults, drawn, posted

__all__ = [
    "CHOICES",
    "CONDITIONS",
    "FIELD_LIMIT",
    "KINDS",
    "NUMBER",
    "WORDED",
    "Answers",
    "AnswersRefused",
    "Condition",
    "Difference",
    "Drawn",
    "Fault",
    "Field",
    "Form",
    "InvalidForm",
    "Option",
    "check",
    "defaults",
    "differences",
    "drawn",
    "faults_of",
    "parse",
    "posted",
    "visible",
]
