"""The rules. Plain Python: no Django, no clock, no input or output, no words."""
