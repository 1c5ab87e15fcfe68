"""What a person asks of a preview."""

from __future__ import annotations

from django import forms

from tierline.planning.policies import LONGEST_DAYS


class Start(forms.Form):
    days = forms.IntegerField(min_value=1, max_value=LONGEST_DAYS, initial=30)
