"""What a manager types on the answers page."""

from __future__ import annotations

from typing import Any

from django import forms

from tierline.domain.answering import TARGET, Mode


class Rule(forms.Form):
    """``target`` in percent."""

    fault_class = forms.CharField(max_length=60, required=False)
    mode = forms.ChoiceField(choices=[(m.value, m.value) for m in Mode])
    target = forms.FloatField(min_value=50, max_value=99.9, initial=100 * TARGET)

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "fault_class": given["fault_class"],
            "mode": given["mode"],
            "target": round(given["target"] / 100, 4),
        }
