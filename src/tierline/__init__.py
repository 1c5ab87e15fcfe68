"""Tierline 三线: tiered remote technical support, from intake to better runbooks."""

__version__ = "0.1.0"
